import { signalGroup } from "../../utils/processes/signal.ts";

/** The groups whose leaders are running; none outlives this process. */
const running = new Set<number>();
process.on("exit", () => running.forEach(killProcessGroup));

/** Kills a process and all its descendants in the group that it leads. */
export function killProcessGroup(leader: number | undefined): void {
  if (leader !== undefined) signalGroup(leader, "SIGKILL");
}

/** Kills a process group when we exit. @returns a function that removes it from the list once it has ended */
export function killOnExit(leader: number | undefined): () => void {
  if (leader === undefined) return () => {};
  running.add(leader);
  return () => running.delete(leader);
}
