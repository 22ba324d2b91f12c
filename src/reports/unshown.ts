import type { ReportCase } from "../../schemas/plan/report.ts";

/**
 * Makes a case for a group that counts failures but shows none, since whatever failed is not among its cases. Counts
 * are unreliable, so they are used only then.
 * @param group the group that counts them, such as `(the run itself)`
 * @param counted the number of failures it claims
 * @param isShown whether a case of the group shows a failure
 */
export function makeUnshownFailure(group: string, counted: number, isShown: boolean): ReportCase[] {
  if (isShown || !(counted > 0)) return [];
  const failure = `The report counts ${counted} failed, but shows none of them.`;
  return [{ name: group, status: "failed", failure }];
}

/** True if any case failed. */
export function hasFailure(cases: readonly ReportCase[]): boolean {
  return cases.some(({ status }) => status === "failed");
}
