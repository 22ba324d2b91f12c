import type { ErrorDescription } from "../../schemas/error.ts";
import { getMessage } from "./core-error.ts";
import { findKnownError } from "./processes/machine-trouble.ts";

/** Anything that was thrown, as an answer tells it. What is neither ours nor the machine's is a defect. */
export function describeError(error: unknown): ErrorDescription {
  const known = findKnownError(error);
  if (known !== undefined) {
    const { code, message, hint, retryable } = known;
    return { code, message, hint, retryable };
  }
  const hint = "This is a defect of the server: please report it with what you called.";
  return { code: "internal", message: getMessage(error), hint, retryable: false };
}
