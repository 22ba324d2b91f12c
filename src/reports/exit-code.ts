import type { Report } from "../../schemas/plan/report.ts";

/** The report of a command that writes none: one case, passed where it ended with 0. */
export function exitCodeReport(name: string, exitCode: number): Report {
  if (exitCode === 0) return { cases: [{ name, status: "passed" }] };
  return { cases: [{ name, status: "failed", failure: `The command ended with exit status ${exitCode}.` }] };
}
