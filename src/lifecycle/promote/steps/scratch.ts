import type { Verification } from "../../../../schemas/promotion/promotion.ts";
import type { Context } from "../../../context.ts";
import type { ExperimentRef } from "../../../experiments/layout.ts";
import { removeScratchWorktree } from "../../../git/worktrees/scratch-worktree.ts";
import { deleteBranch } from "../../../lakebase/branches/delete-branch.ts";
import { asKnownError } from "../../../utils/processes/system-errors.ts";

/**
 * Removes the temporary resources of a verification. What cannot be removed now is left to a later clean-up; the branch
 * expires on its own.
 */
export async function removeScratch(
  { lakebase }: Pick<Context, "lakebase">,
  ref: ExperimentRef,
  { branch, branch_uid, worktree }: Verification["scratch"],
): Promise<void> {
  if (worktree !== null) await removeScratchWorktree(ref.workspace, worktree).catch(asKnownError);
  // Without a uid, we cannot tell whose branch has that name.
  if (branch_uid === null) return;
  await deleteBranch(lakebase, branch, { owned: true, uid: branch_uid }).catch(asKnownError);
}
