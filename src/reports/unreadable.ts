import { CoreError } from "../utils/core-error.ts";

export const unreadableHint =
  "Check that the suite's command writes this format, and that it was not killed while writing it.";

/** The error for text that is not a complete report of its format. */
export function unreadable(format: string, detail: string, cause?: unknown): CoreError {
  return new CoreError("report_unreadable", `The report is not valid ${format}: ${detail}`, {
    hint: unreadableHint,
    cause,
  });
}
