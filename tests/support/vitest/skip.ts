/** The prefix of such lines; `skip-reporter.ts` repeats them at the end of the test run. */
export const skipMark = "skipped: ";

/**
 * Whether tests cannot run here, for `test.skipIf`. If so, the end of the test run says why.
 * @param reason what is missing and what is therefore not tested, on one line
 */
export function isSkipped(cannotRun: boolean, reason: string): boolean {
  // biome-ignore lint/suspicious/noConsole: a reporter hears of nothing else.
  if (cannotRun) console.warn(`${skipMark}${reason}`);
  return cannotRun;
}
