import { git } from "../git.ts";
import type { Scratch } from "../scratch.ts";

/** How two commits merge. It is only tried: no branch, no file and no index changes. */
export interface MergeTrial {
  clean: boolean;
  /** The tree that the merge gives, with conflict marks where it is not clean. */
  tree: string;
  /** The files that conflict, relative to the root of the repository. */
  conflicts: string[];
}

/**
 * Tries a merge. Needs git 2.38.
 * @param scratch takes the objects that the trial makes; without one, the repository does
 * @returns undefined where git could not try: no repository, no common history, an old git
 */
export async function tryMerge(
  directory: string,
  ours: string,
  theirs: string,
  scratch?: Pick<Scratch, "environment">,
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
  const { exitCode, stdout } = await git(directory, args, scratch?.environment);
  const [tree, ...conflicts] = stdout.split("\0").filter((part) => part !== "");
  // It ends with 1 for conflicts, and also for what is no commit; but then without a tree.
  if (tree === undefined || (exitCode !== 0 && exitCode !== 1)) return undefined;
  return { clean: exitCode === 0, tree, conflicts: [...new Set(conflicts.map(asCommitted))] };
}

/** Where a file stands against a folder, git gives it a name of its own: `shop~` and the commit it is from. */
function asCommitted(path: string): string {
  return path.replace(/~[0-9a-f]{40}(_\d+)?$/, "");
}
