import { CoreError } from "../../utils/core-error.ts";
import { git } from "../git.ts";
import { authorIdentity } from "../scratch.ts";
import { tryMerge } from "./merge-tree.ts";
import { notTried } from "./plan-merge.ts";

/**
 * Creates the merge of one commit into another as a commit whose first parent is the target. Changes no branch, no
 * index and no file.
 * @throws CoreError `merge_conflict`, `merge_not_tried`, `merge_failed`
 */
export async function createMerge(
  directory: string,
  { target, commit, message }: { target: string; commit: string; message: string },
): Promise<string> {
  const trial = await tryMerge(directory, target, commit);
  if (trial === undefined) throw notTried(target, commit);
  if (!trial.clean) {
    throw new CoreError("merge_conflict", `The merge conflicts in ${trial.conflicts.join(", ")}.`, {
      hint: "Merge the target into the experiment's git branch, resolve the conflicts, commit, and run again.",
    });
  }
  const args = ["commit-tree", trial.tree, "-p", target, "-p", commit, "-m", message];
  const made = await git(directory, args, await findIdentity(directory));
  if (!made.failed) return made.stdout;
  throw new CoreError("merge_failed", `git could not commit the merge: ${made.stderr}`, {
    hint: "Fix what git reports, then call again.",
  });
}

/** Returns our own identity if git knows none for the user. */
async function findIdentity(directory: string): Promise<Record<string, string>> {
  return (await git(directory, ["var", "GIT_COMMITTER_IDENT"])).failed ? authorIdentity : {};
}
