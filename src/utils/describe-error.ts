import type { ErrorDescription } from "../../schemas/error.ts";
import { getMessage } from "./core-error.ts";
import { ownValue } from "./own-value.ts";
import { findKnownError } from "./processes/system-errors.ts";

/**
 * Describes any thrown value for an answer. Anything that is neither ours nor caused by the machine is a defect.
 * @param help by code: the sentence in which a front end names its own tool or command that helps
 */
export function describeError(error: unknown, help: Record<string, string> = {}): ErrorDescription {
  const known = findKnownError(error);
  if (known !== undefined) {
    const { code, message, hint, retryable } = known;
    const more = ownValue(help, code);
    return { code, message, hint: more === undefined ? hint : `${hint} ${more}`, retryable };
  }
  const hint = "This is a bug in the server. Please report it, with the call that you made.";
  return { code: "internal", message: getMessage(error), hint, retryable: false };
}
