import type { ComparisonReport } from "../../../schemas/comparison/comparison.ts";

/** Renders the whole report. JSON escapes most control characters; this escapes the rest that terminals interpret. */
export function renderJson(report: ComparisonReport): string {
  const escaped = (sign: string) => `\\u00${sign.charCodeAt(0).toString(16)}`;
  return JSON.stringify(report, null, 2).replace(/[\u007f-\u009f]/g, escaped);
}
