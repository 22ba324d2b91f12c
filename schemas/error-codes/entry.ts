/** The entry for a code in docs/errors.md. */
export interface ErrorCodeEntry {
  /** What happened. */
  meaning: string;
  /** What to do about it. */
  remedy: string;
  /** Whether the same call, unchanged, may succeed later. `sometimes`: see the error's `retryable`. */
  retry: "yes" | "no" | "sometimes";
}
