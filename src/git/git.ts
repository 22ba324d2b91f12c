/** How a git command ended. `stdout` is without its last line break. */
export interface GitEnd {
  failed: boolean;
  /** Undefined where git could not be started, or was stopped. */
  exitCode?: number | undefined;
  stdout: string;
  stderr: string;
}

const timeoutMs = 120_000;

/**
 * Runs git in a directory. A failure is an answer, not an exception.
 * @param environment beside our own
 */
export async function git(
  directory: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<GitEnd> {
  // Loaded on first use: a server that only lists its tools starts without it.
  const { execa } = await import("execa");
  // A look must not take the lock that somebody's commit needs.
  const env = { GIT_OPTIONAL_LOCKS: "0", ...environment };
  return execa("git", args, { cwd: directory, env, reject: false, timeout: timeoutMs });
}
