/** The `code` of an error: of errno as in `ENOENT`, of Node, an SQLSTATE, or one of ours. Undefined where it has none. */
export function readErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
