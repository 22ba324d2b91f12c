import type { ReportCase } from "../../schemas/plan/report.ts";

/**
 * The failure of a group that counts some and shows none: what broke is in no case, so a case of its own says so.
 * Counts are wrong often enough that they are believed only then.
 * @param group what counts them, such as `(the run itself)`
 * @param counted how many failures it claims
 * @param isShown whether a case of the group shows one
 */
export function unshownFailure(group: string, counted: number, isShown: boolean): ReportCase[] {
  if (isShown || !(counted > 0)) return [];
  const failure = `The report counts ${counted} failed, but shows none of them.`;
  return [{ name: group, status: "failed", failure }];
}

/** Whether one of the cases failed. */
export function hasFailure(cases: readonly ReportCase[]): boolean {
  return cases.some(({ status }) => status === "failed");
}
