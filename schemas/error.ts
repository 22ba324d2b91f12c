import * as z from "zod";
import type { ErrorCode } from "./error-codes.ts";

/** An error in an answer or a record. The code may be one of another version. */
export const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  /** What to do next. */
  hint: z.string(),
  retryable: z.boolean(),
});
export type RecordedError = z.infer<typeof errorSchema>;

/** An error raised by this version. */
export interface ErrorDescription extends RecordedError {
  code: ErrorCode;
}
