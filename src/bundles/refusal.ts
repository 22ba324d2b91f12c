import type { ErrorCode } from "../../schemas/error-codes.ts";
import { CoreError } from "../utils/core-error.ts";

/** A file that is no bundle, or not any more. @param why as in `it is empty` */
export function damaged(why: string, cause?: unknown): CoreError {
  return new CoreError("bundle_unreadable", `The bundle cannot be read: ${why}.`, {
    hint: "Copy it again from where it was made, or run there again.",
    cause,
  });
}

export function tooLarge(why: string): CoreError {
  return new CoreError("bundle_too_large", `The bundle is too large: ${why}.`, {
    hint: "Let the suite leave fewer or smaller files in ARTIFACTS_DIR, then run it again.",
  });
}

/** A bundle that can be read and does not fit what is here. */
export function unfit(code: ErrorCode, message: string, hint: string): CoreError {
  return new CoreError(code, message, { hint });
}
