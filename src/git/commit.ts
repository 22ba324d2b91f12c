import { execa } from "execa";

/** The commit a tree stands on, and whether it has changes beside our records. */
export interface TreeState {
  /** Null outside a repository, and before its first commit. */
  commit: string | null;
  dirty: boolean;
}

/** What a directory's code is, as evidence names it. */
export async function readTreeState(directory: string): Promise<TreeState> {
  const head = await git(directory, ["rev-parse", "--verify", "HEAD"]);
  if (head === undefined) return { commit: null, dirty: true };
  const changes = await git(directory, ["status", "--porcelain", "--", ".", ":(exclude,top).tdd"]);
  return { commit: head, dirty: changes !== "" };
}

async function git(directory: string, args: string[]): Promise<string | undefined> {
  const { failed, stdout } = await execa("git", args, { cwd: directory, reject: false, timeout: 30_000 });
  return failed ? undefined : stdout;
}
