/** What docs/errors.md says of a code. */
export interface ErrorCodeEntry {
  /** What happened. */
  meaning: string;
  /** What to do about it. */
  remedy: string;
  /** Whether the same call may succeed when it is made again, unchanged. `sometimes`: the error's `retryable` tells. */
  retry: "yes" | "no" | "sometimes";
}
