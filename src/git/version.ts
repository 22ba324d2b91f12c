import { git } from "./git.ts";

/** Reads git's version, such as `git version 2.39.5`; undefined if git could not be started. */
export async function readGitVersion(): Promise<string | undefined> {
  const { failed, stdout } = await git(".", ["--version"]);
  return failed ? undefined : stdout.trim();
}
