import { git } from "./git.ts";

/** How two commits merge, tried in memory: no tree, no branch and no file changes. */
export interface MergeTrial {
  clean: boolean;
  /** The files that conflict, relative to the root of the repository. */
  conflicts: string[];
}

/**
 * Tries a merge. Needs git 2.38.
 * @returns undefined where git could not try: no repository, no common history, an old git
 */
export async function tryMerge(
  directory: string,
  ours: string,
  theirs: string,
): Promise<MergeTrial | undefined> {
  const args = [
    "merge-tree",
    "--write-tree",
    "--name-only",
    "--no-messages",
    "-z",
    "--end-of-options",
    ours,
    theirs,
  ];
  const { exitCode, stdout } = await git(directory, args);
  const [tree, ...conflicts] = stdout.split("\0").filter((part) => part !== "");
  // It ends with 1 for conflicts, and also for what is no commit; but then without a tree.
  if (tree === undefined || (exitCode !== 0 && exitCode !== 1)) return undefined;
  return { clean: exitCode === 0, conflicts };
}
