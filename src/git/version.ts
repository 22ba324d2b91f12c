import { execa } from "execa";

/** `git version 2.39.5`, or undefined where git cannot be started. */
export async function readGitVersion(): Promise<string | undefined> {
  const { failed, stdout } = await execa("git", ["--version"], { reject: false, timeout: 30_000 });
  return failed ? undefined : stdout.trim();
}
