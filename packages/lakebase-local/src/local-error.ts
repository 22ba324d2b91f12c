/** A failure of the machine rather than of a request: what happened, and what to do about it. */
export class LocalError extends Error {
  override readonly name: string = "LocalError";
  readonly hint: string;

  constructor(message: string, advice: { hint: string; cause?: unknown }) {
    super(message, { cause: advice.cause });
    this.hint = advice.hint;
  }

  /** Message and hint as one text, for a terminal. */
  describe(): string {
    return `${this.message}. ${this.hint}`;
  }
}

/** The message of anything that was thrown. */
export function getMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a system error such as ENOENT, if it has one. */
export function getCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
