import { git } from "../git.ts";
import type { Scratch } from "../scratch.ts";

/** The result of a trial merge. No branch, file or index has changed. */
export interface MergeTrial {
  clean: boolean;
  /** The resulting tree, with conflict markers if the merge is not clean. */
  tree: string;
  /** The conflicting files, relative to the root of the repository. */
  conflicts: string[];
}

/**
 * Tries a merge. Requires git 2.38.
 * @param scratch receives the objects that the trial creates; without it, the repository does
 * @returns undefined if git could not try: no repository, no common history, or an old git
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
  // Exit code 1 means conflicts, but also an invalid commit; in that case there is no tree.
  if (tree === undefined || (exitCode !== 0 && exitCode !== 1)) return undefined;
  return { clean: exitCode === 0, tree, conflicts: [...new Set(conflicts.map(asCommitted))] };
}

/** In a conflict between a file and a folder, git renames the file to `shop~` and the commit it is from. */
function asCommitted(path: string): string {
  return path.replace(/~[0-9a-f]{40,64}(_\d+)?$/, "");
}
