import type { ComparisonReport } from "../../../schemas/comparison/comparison.ts";

/** The whole report. JSON itself escapes most control characters; these a terminal would still obey. */
export function renderJson(report: ComparisonReport): string {
  const escaped = (sign: string) => `\\u00${sign.charCodeAt(0).toString(16)}`;
  return JSON.stringify(report, null, 2).replace(/[\u007f-\u009f]/g, escaped);
}
