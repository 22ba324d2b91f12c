import type { Closing } from "../../../schemas/experiment/closed.ts";
import type { Context } from "../../context.ts";
import { deleteCutIntent } from "../../experiments/branches/cut-intent.ts";
import { writeClosing } from "../../experiments/closed.ts";
import { findWorktree, requireRepository } from "../../experiments/code/worktrees.ts";
import { worktreeLock } from "../../experiments/layout.ts";
import { putAwayWorktree } from "../../git/worktrees/put-away-worktree.ts";
import { removeScratchWorktree } from "../../git/worktrees/scratch-worktree.ts";
import { deleteBranch } from "../../lakebase/branches/delete-branch.ts";
import { hasCode } from "../../lakebase/cli/errors.ts";
import { withLock } from "../../utils/files/lock.ts";
import { unpinCommit } from "../promote/steps/pin.ts";
import { removeScratch } from "../promote/steps/scratch.ts";
import { refuseUncommitted } from "./look-at-code.ts";
import type { OpenLook } from "./plan-closing.ts";

/**
 * Removes what an experiment had for its time: its worktree, its branch, and what its promotion left. Each step is
 * recorded when it is done, and the next call begins at the first that is not.
 * @returns what the record then says, whole
 * @throws CoreError `uncommitted_work`, `worktree_not_removed`, and what `deleteBranch` throws
 */
export async function putAway(
  context: Pick<Context, "workspace" | "lakebase" | "signal">,
  look: OpenLook,
  begun: Closing,
): Promise<Required<Pick<Closing, "worktree" | "database">> & Closing> {
  const { ref } = look;
  const worktree = begun.worktree ?? (await removeWorktree(context, look));
  await writeClosing(ref, { ...begun, worktree });
  context.signal.throwIfAborted();
  const database = begun.database ?? (await removeBranch(context, look));
  const done = { ...begun, worktree, database };
  await writeClosing(ref, done);
  context.signal.throwIfAborted();
  await removeLeftovers(context, look);
  return done;
}

async function removeWorktree(
  { workspace, signal }: Pick<Context, "workspace" | "signal">,
  { ref, code: { worktree: seen } }: OpenLook,
): Promise<NonNullable<Closing["worktree"]>> {
  if (seen.state === "none") return "none";
  if (seen.state === "kept" || seen.state === "unknown") return "left";
  const worktree = await findWorktree(ref);
  if (worktree === undefined) return "none";
  const { top } = await requireRepository(workspace);
  await withLock(worktreeLock(ref), signal, () =>
    putAwayWorktree(top, worktree.path, (folder) => refuseUncommitted(ref, worktree, folder)),
  );
  return seen.state === "gone" ? "gone" : "removed";
}

async function removeBranch(
  { lakebase, signal }: Pick<Context, "lakebase" | "signal">,
  { ref, recorded: { branch }, database }: OpenLook,
): Promise<NonNullable<Closing["database"]>> {
  if (database.state !== "there") return database.state;
  try {
    const { deleted } = await deleteBranch(lakebase, branch, { owned: true, uid: database.uid, signal });
    await deleteCutIntent(ref);
    return deleted ? "deleted" : "gone";
  } catch (error) {
    // Somebody forked it anew at this moment.
    if (hasCode(error, "not_our_branch")) return "left";
    throw error;
  }
}

/** The git branch keeps the design's own commits; a merge that was tried is of no more use. */
async function removeLeftovers(
  { workspace, lakebase }: Pick<Context, "workspace" | "lakebase">,
  { ref, promotion: { promotion, verification } }: OpenLook,
): Promise<void> {
  if (verification !== undefined) await removeScratch({ lakebase }, ref, verification.scratch);
  const scratch = promotion?.scratch_worktree ?? null;
  if (scratch !== null) await removeScratchWorktree(workspace, scratch);
  await unpinCommit(ref);
}
