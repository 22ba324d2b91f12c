import { CoreError } from "../../utils/core-error.ts";
import { git } from "../git.ts";
import { openScratch } from "../scratch.ts";
import { tryMerge } from "./merge-tree.ts";

/** How one commit would merge into another. */
export interface PlannedMerge {
  how: "up_to_date" | "fast_forward" | "merge" | "conflict";
  /** The conflicting files, relative to the root of the repository. */
  conflicts: string[];
}

/**
 * Works out how a commit would merge into a git branch that is at `target`. Adds nothing to the repository.
 * @param place a directory in which a scratch may be created
 * @throws CoreError `merge_not_tried`
 */
export async function planMerge(
  directory: string,
  { target, commit }: { target: string; commit: string },
  place: string,
): Promise<PlannedMerge> {
  if (await isAncestor(directory, commit, target)) return { how: "up_to_date", conflicts: [] };
  if (await isAncestor(directory, target, commit)) return { how: "fast_forward", conflicts: [] };
  await using scratch = await openScratch(directory, place);
  const trial = scratch && (await tryMerge(directory, target, commit, scratch));
  if (trial === undefined) throw notTried(target, commit);
  return trial.clean
    ? { how: "merge", conflicts: [] }
    : { how: "conflict", conflicts: trial.conflicts.length > 0 ? trial.conflicts : ["(git names no file)"] };
}

/** Whether a commit equals another one or is an ancestor of it. */
export async function isAncestor(directory: string, ancestor: string, commit: string): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", ancestor, commit];
  return (await git(directory, args)).exitCode === 0;
}

export function notTried(target: string, commit: string): CoreError {
  const what = `git could not merge ${commit.slice(0, 12)} into ${target.slice(0, 12)}: they have no commit in common, or git is older than 2.38.`;
  return new CoreError("merge_not_tried", what, {
    hint: "Check git --version, and that promote.target names the git branch that the experiment came from.",
  });
}
