import type { Report } from "../../../schemas/plan/report.ts";

/** Makes a report for a command that writes none: one case, which passed if the exit code is 0. */
export function makeExitCodeReport(name: string, exitCode: number): Report {
  if (exitCode === 0) return { cases: [{ name, status: "passed" }] };
  return { cases: [{ name, status: "failed", failure: `The command ended with exit status ${exitCode}.` }] };
}
