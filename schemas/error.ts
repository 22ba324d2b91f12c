import * as z from "zod";
import type { ErrorCode } from "./error-codes.ts";

/** An error as an answer or a record carries it. Another version may have written the code. */
export const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  /** What to do next. */
  hint: z.string(),
  retryable: z.boolean(),
});
export type RecordedError = z.infer<typeof errorSchema>;

/** An error of this version. */
export interface ErrorDescription extends RecordedError {
  code: ErrorCode;
}
