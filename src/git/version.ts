import { git } from "./git.ts";

/** `git version 2.39.5`, or undefined where git could not be started. */
export async function readGitVersion(): Promise<string | undefined> {
  const { failed, stdout } = await git(".", ["--version"]);
  return failed ? undefined : stdout.trim();
}
