/** The statuses with which shells, package managers and containers say that what they ran was killed from outside. */
const signals: ReadonlyMap<number, string> = new Map([
  [129, "SIGHUP"],
  [130, "SIGINT"],
  [137, "SIGKILL"],
  [143, "SIGTERM"],
]);

/** Names the signal by which what a command ran was killed, as it is when memory runs out, if its status says so. */
export function findKillSignal(exitCode: number): string | undefined {
  return signals.get(exitCode);
}
