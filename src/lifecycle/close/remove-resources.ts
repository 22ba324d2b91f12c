import type { Closing } from "../../../schemas/experiment/closed.ts";
import type { Context } from "../../context.ts";
import { deleteCutIntent } from "../../experiments/branches/cut-intent.ts";
import { writeClosing } from "../../experiments/closed.ts";
import { findWorktree, requireRepository } from "../../experiments/code/worktrees.ts";
import { worktreeLock } from "../../experiments/layout.ts";
import { discardWorktree } from "../../git/worktrees/discard-worktree.ts";
import { removeScratchWorktree } from "../../git/worktrees/scratch-worktree.ts";
import { deleteBranch } from "../../lakebase/branches/delete-branch.ts";
import { hasCode } from "../../lakebase/cli/errors.ts";
import { withLock } from "../../utils/files/lock.ts";
import { unpinCommit } from "../promote/steps/pin.ts";
import { removeScratch } from "../promote/steps/scratch.ts";
import { refuseUncommitted } from "./inspect-code.ts";
import type { OpenInspection } from "./plan-closing.ts";

/**
 * Removes an experiment's temporary resources: its worktree, its branch, and whatever its promotion left. Each step is
 * recorded once it is done, so the next call resumes at the first unfinished one.
 * @returns the complete record
 * @throws CoreError `uncommitted_work`, `worktree_not_removed`, and whatever `deleteBranch` throws
 */
export async function removeResources(
  context: Pick<Context, "workspace" | "lakebase" | "signal">,
  inspection: OpenInspection,
  begun: Closing,
): Promise<Required<Pick<Closing, "worktree" | "database">> & Closing> {
  const { ref } = inspection;
  const worktree = begun.worktree ?? (await removeWorktree(context, inspection));
  await writeClosing(ref, { ...begun, worktree });
  context.signal.throwIfAborted();
  const database = begun.database ?? (await removeBranch(context, inspection));
  const done = { ...begun, worktree, database };
  await writeClosing(ref, done);
  context.signal.throwIfAborted();
  await removeLeftovers(context, inspection);
  return done;
}

async function removeWorktree(
  { workspace, signal }: Pick<Context, "workspace" | "signal">,
  { ref, code: { worktree: seen } }: OpenInspection,
): Promise<NonNullable<Closing["worktree"]>> {
  if (seen.state === "none") return "none";
  if (seen.state === "kept" || seen.state === "unknown") return "left";
  const worktree = await findWorktree(ref);
  if (worktree === undefined) return "none";
  const { top } = await requireRepository(workspace);
  await withLock(worktreeLock(ref), signal, () =>
    discardWorktree(top, worktree.path, (folder) => refuseUncommitted(ref, worktree, folder)),
  );
  return seen.state === "gone" ? "gone" : "removed";
}

async function removeBranch(
  { lakebase, signal }: Pick<Context, "lakebase" | "signal">,
  { ref, recorded: { branch }, database }: OpenInspection,
): Promise<NonNullable<Closing["database"]>> {
  if (database.state !== "there") return database.state;
  try {
    const { deleted } = await deleteBranch(lakebase, branch, { owned: true, uid: database.uid, signal });
    await deleteCutIntent(ref);
    return deleted ? "deleted" : "gone";
  } catch (error) {
    // Someone forked it anew just now.
    if (hasCode(error, "not_our_branch")) return "left";
    throw error;
  }
}

/** The git branch keeps the design's own commits; a trial merge is no longer of use. */
async function removeLeftovers(
  { workspace, lakebase }: Pick<Context, "workspace" | "lakebase">,
  { ref, promotion: { promotion, verification } }: OpenInspection,
): Promise<void> {
  if (verification !== undefined) await removeScratch({ lakebase }, ref, verification.scratch);
  const scratch = promotion?.scratch_worktree ?? null;
  if (scratch !== null) await removeScratchWorktree(workspace, scratch);
  await unpinCommit(ref);
}
