/**
 * Reads the `code` of an error: an errno such as `ENOENT`, one of Node's, an SQLSTATE, or one of ours. Undefined if it
 * has none.
 */
export function readErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
