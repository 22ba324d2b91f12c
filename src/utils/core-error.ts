import type { ErrorCode } from "../../schemas/error-codes.ts";

/** What an error tells an agent beside its message. */
export interface ErrorAdvice {
  /** What to do next, as one sentence. */
  hint: string;
  /** Whether the same call may succeed when it is made again. Default false. */
  retryable?: boolean;
  cause?: unknown;
}

/**
 * An error that is part of the interface: a stable code, what happened, what to do next, whether to retry.
 * Everything that a caller of the core can provoke is one of these; anything else is a bug of ours.
 */
export class CoreError extends Error {
  override readonly name: string = "CoreError";
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, advice: ErrorAdvice) {
    super(message, { cause: advice.cause });
    this.code = code;
    this.hint = advice.hint;
    this.retryable = advice.retryable ?? false;
  }
}

/** The message of anything that was thrown. */
export function getMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** For `catch`: what a caller of the core can provoke. A defect is thrown again. */
export function asCoreError(error: unknown): CoreError {
  if (!(error instanceof CoreError)) throw error;
  return error;
}

/** The same where the caller can do without. */
export function ignoreCoreError(error: unknown): undefined {
  asCoreError(error);
}
