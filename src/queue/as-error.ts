import type { RecordedError } from "../../schemas/error.ts";
import { isErrorCode } from "../../schemas/error-codes.ts";
import { CoreError } from "../utils/core-error.ts";

/** Recreates an error that another process described. If that has another version, its code may be unknown here. */
export function asError({ code, message, hint, retryable }: RecordedError): CoreError {
  return new CoreError(isErrorCode(code) ? code : "queue_job_lost", message, { hint, retryable });
}
