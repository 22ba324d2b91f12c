import { git } from "./git.ts";
import { ownFiles } from "./own-files.ts";

/** The commit a tree stands on, and whether it has changes beside our records. */
export interface TreeState {
  /** Null outside a repository, and before its first commit. */
  commit: string | null;
  dirty: boolean;
}

/** What a directory's code is, as evidence names it. */
export async function readTreeState(directory: string): Promise<TreeState> {
  const head = await git(directory, ["rev-parse", "--verify", "HEAD"]);
  if (head.failed) return { commit: null, dirty: true };
  const changes = await git(directory, ["status", "--porcelain", "--", ...ownFiles]);
  return { commit: head.stdout, dirty: changes.failed || changes.stdout !== "" };
}

/** Whether the tracked files of a directory differ from a commit's, beside our records; undefined where git cannot tell. */
export async function hasChangedSince(directory: string, commit: string): Promise<boolean | undefined> {
  const { exitCode } = await git(directory, [
    "diff",
    "--quiet",
    "--end-of-options",
    commit,
    "--",
    ...ownFiles,
  ]);
  return exitCode === 0 || exitCode === 1 ? exitCode === 1 : undefined;
}
