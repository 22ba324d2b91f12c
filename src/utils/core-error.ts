import type { ErrorCode } from "../../schemas/error-codes.ts";

/** What an error tells an agent in addition to its message. */
export interface ErrorAdvice {
  /** What to do next, in one sentence. */
  hint: string;
  /** Whether repeating the same call may succeed. Default: false. */
  retryable?: boolean;
  cause?: unknown;
}

/**
 * An error that is part of the interface: a stable code, what happened, what to do next, whether to retry. Every error
 * that a caller of the core can provoke is one of these; anything else is a bug.
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

/** Returns the message of any thrown value. */
export function getMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** For `catch`: returns an error that a caller of the core can provoke, and rethrows a defect. */
export function asCoreError(error: unknown): CoreError {
  if (!(error instanceof CoreError)) throw error;
  return error;
}

/** For `catch`: ignores an error that a caller of the core can provoke, and rethrows a defect. */
export function ignoreCoreError(error: unknown): undefined {
  asCoreError(error);
}
