import type { ErrorCode } from "../../schemas/error-codes.ts";
import { CoreError } from "../utils/core-error.ts";

/** The error for a file that is not a bundle, or is damaged. @param why as in `it is empty` */
export function damaged(why: string, cause?: unknown): CoreError {
  return new CoreError("bundle_unreadable", `The bundle cannot be read: ${why}.`, {
    hint: "Copy it again from the machine that made it, or run there again.",
    cause,
  });
}

export function tooLarge(why: string): CoreError {
  return new CoreError("bundle_too_large", `The bundle is too large: ${why}.`, {
    hint: "Let the suite leave fewer or smaller files in ARTIFACTS_DIR, then run it again.",
  });
}

/** The error for a bundle that can be read but does not fit the workspace. */
export function unfit(code: ErrorCode, message: string, hint: string): CoreError {
  return new CoreError(code, message, { hint });
}
