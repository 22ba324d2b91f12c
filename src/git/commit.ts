import { git } from "./git.ts";
import { projectFiles } from "./project-files.ts";

/** The commit a tree is at, and whether it has changes other than to our records. */
export interface TreeState {
  /** Null outside a repository, and before its first commit. */
  commit: string | null;
  dirty: boolean;
}

/**
 * Reads the state of a directory's code, as evidence records it.
 * @param passedOver paths to ignore, relative to the top of the checkout
 */
export async function readTreeState(
  directory: string,
  passedOver: readonly string[] = [],
): Promise<TreeState> {
  const head = await git(directory, ["rev-parse", "--verify", "HEAD"]);
  if (head.failed) return { commit: null, dirty: true };
  const paths = [...projectFiles, ...excluding(passedOver)];
  // Counts new files as changes, whatever the user's configuration says.
  const changes = await git(directory, ["status", "--porcelain", "--untracked-files=normal", "--", ...paths]);
  return { commit: head.stdout, dirty: changes.failed || changes.stdout !== "" };
}

/** Whether a directory's tracked files differ from a commit, apart from our records; undefined if git fails. */
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
    ...projectFiles,
    ...excluding(passedOver),
  ]);
  return exitCode === 0 || exitCode === 1 ? exitCode === 1 : undefined;
}

/** Finds the best common ancestor of a commit and any of the others; undefined if there is none. */
export async function findMergeBase(
  directory: string,
  commit: string,
  ...others: string[]
): Promise<string | undefined> {
  const { failed, stdout } = await git(directory, ["merge-base", "--end-of-options", commit, ...others]);
  return failed ? undefined : stdout;
}

/** Lists a checkout's uncommitted files, relative to its top, except our records. */
export async function listUncommitted(directory: string): Promise<string[]> {
  const args = [
    "status",
    "--porcelain",
    "--untracked-files=all",
    "--no-renames",
    "-z",
    "--",
    ...projectFiles,
  ];
  const { stdout } = await git(directory, args);
  return stdout
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => entry.slice(3));
}

function excluding(paths: readonly string[]): string[] {
  return paths.map((path) => `:(exclude,top,literal)${path}`);
}
