import type { TagOutcome } from "../../schemas/experiment/outcomes.ts";
import type { CaseCounts, Report } from "../../schemas/plan/report.ts";

/** Counts the cases of a report by status. */
export function tallyCases({ cases, left_out }: Report): CaseCounts {
  const counts: CaseCounts = { passed: 0, failed: 0, skipped: 0, flaky: 0, ...left_out };
  for (const { status } of cases) counts[status] += 1;
  return counts;
}

/** Counts the passed and failed cases of a report. Skipped and flaky cases are neither. */
export function countCases(report: Report): TagOutcome {
  const { passed, failed } = tallyCases(report);
  return { passed, failed };
}
