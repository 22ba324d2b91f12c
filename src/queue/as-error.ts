import type { RecordedError } from "../../schemas/error.ts";
import { isErrorCode } from "../../schemas/error-codes.ts";
import { CoreError } from "../utils/core-error.ts";

/** An error that another process described. Where that is of another version, its code may not be known here. */
export function asError({ code, message, hint, retryable }: RecordedError): CoreError {
  return new CoreError(isErrorCode(code) ? code : "queue_job_lost", message, { hint, retryable });
}
