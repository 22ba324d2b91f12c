import { git } from "./git.ts";
import { ownFiles } from "./own-files.ts";

/** The commit a tree stands on, and whether it has changes beside our records. */
export interface TreeState {
  /** Null outside a repository, and before its first commit. */
  commit: string | null;
  dirty: boolean;
}

/**
 * What a directory's code is, as evidence names it.
 * @param passedOver paths that are no part of it, relative to the top of the checkout
 */
export async function readTreeState(
  directory: string,
  passedOver: readonly string[] = [],
): Promise<TreeState> {
  const head = await git(directory, ["rev-parse", "--verify", "HEAD"]);
  if (head.failed) return { commit: null, dirty: true };
  const paths = [...ownFiles, ...excluding(passedOver)];
  // Whatever a user's configuration says, a new file is a change.
  const changes = await git(directory, ["status", "--porcelain", "--untracked-files=normal", "--", ...paths]);
  return { commit: head.stdout, dirty: changes.failed || changes.stdout !== "" };
}

/** Whether the tracked files of a directory differ from a commit's, beside our records; undefined where git cannot tell. */
export async function hasChangedSince(
  directory: string,
  commit: string,
  passedOver: readonly string[] = [],
): Promise<boolean | undefined> {
  const { exitCode } = await git(directory, [
    "diff",
    "--quiet",
    "--end-of-options",
    commit,
    "--",
    ...ownFiles,
    ...excluding(passedOver),
  ]);
  return exitCode === 0 || exitCode === 1 ? exitCode === 1 : undefined;
}

/** The last commit that one has in common with any of the others; undefined where there is none. */
export async function findMergeBase(
  directory: string,
  commit: string,
  ...others: string[]
): Promise<string | undefined> {
  const { failed, stdout } = await git(directory, ["merge-base", "--end-of-options", commit, ...others]);
  return failed ? undefined : stdout;
}

/** The files of a checkout that no commit has as they are, beside our records; relative to its top. */
export async function listUncommitted(directory: string): Promise<string[]> {
  const args = ["status", "--porcelain", "--untracked-files=all", "--no-renames", "-z", "--", ...ownFiles];
  const { stdout } = await git(directory, args);
  return stdout
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => entry.slice(3));
}

function excluding(paths: readonly string[]): string[] {
  return paths.map((path) => `:(exclude,top,literal)${path}`);
}
