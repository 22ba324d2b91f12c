import type { Verification } from "../../../../schemas/promotion/promotion.ts";
import type { Context } from "../../../context.ts";
import type { ExperimentRef } from "../../../experiments/layout.ts";
import { removeScratchWorktree } from "../../../git/worktrees/scratch-worktree.ts";
import { deleteBranch } from "../../../lakebase/branches/delete-branch.ts";
import { asKnownError } from "../../../utils/processes/machine-trouble.ts";

/**
 * Removes what a verification had for its time alone. What cannot be removed now is for a later clean-up: the branch
 * expires by itself.
 */
export async function removeScratch(
  { lakebase }: Pick<Context, "lakebase">,
  ref: ExperimentRef,
  { branch, branch_uid, worktree }: Verification["scratch"],
): Promise<void> {
  if (worktree !== null) await removeScratchWorktree(ref.workspace, worktree);
  // Without a uid nobody knows whose branch has that name.
  if (branch_uid === null) return;
  await deleteBranch(lakebase, branch, { owned: true, uid: branch_uid }).catch(asKnownError);
}
