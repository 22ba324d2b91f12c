import { readStatus, type Status } from "./changes/status.ts";
import { git } from "./git.ts";
import { projectFiles } from "./project-files.ts";

/** The commit a tree is at, and whether it has changes other than to our records. */
export interface TreeState {
  /** Null outside a repository, and before its first commit. */
  commit: string | null;
  dirty: boolean;
}

/** Reads the state of a directory's code, as evidence records it. */
export async function readTreeState(directory: string): Promise<TreeState> {
  const status = await readStatus(directory);
  if (status !== undefined) return judgeTree(status);
  const head = await git(directory, ["rev-parse", "--verify", "HEAD"]);
  return { commit: head.failed ? null : head.stdout, dirty: true };
}

/** @param passedOver paths to ignore, relative to the top of the checkout, with everything below them */
export function judgeTree(
  { commit, paths }: Pick<Status, "commit" | "paths">,
  passedOver: readonly string[] = [],
): TreeState {
  const isIgnored = isPassedOver(passedOver);
  return { commit, dirty: commit === null || !paths.every(isIgnored) };
}

/** Returns whether a path is one of those passed over, or below one. All are relative to the top of the checkout. */
export function isPassedOver(passedOver: readonly string[]): (path: string) => boolean {
  const ignored = passedOver.map((path) => path.replace(/\/?$/, "/"));
  return (path) => ignored.some((each) => `${path}/`.startsWith(each));
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
    "--ignore-submodules=none",
    "--end-of-options",
    commit,
    "--",
    ...projectFiles,
    ...excludePaths(passedOver),
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

/** Lists a checkout's uncommitted files, relative to its top, except our records; empty if git fails. */
export async function listUncommitted(directory: string): Promise<string[]> {
  return (await readStatus(directory))?.paths ?? [];
}

/** A git command takes at most this many paths. */
const mostPaths = 1_000;

function excludePaths(paths: readonly string[]): string[] {
  return paths.length > mostPaths ? [] : paths.map((path) => `:(exclude,top,literal)${path}`);
}
