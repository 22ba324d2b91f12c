import type { Promotion } from "../../../../schemas/promotion/promotion.ts";
import type { ExperimentRef } from "../../../experiments/layout.ts";
import { inspectCheckouts, moveCheckout } from "../../../git/merge/checkouts.ts";
import { type LockedBranch, lockBranch } from "../../../git/merge/lock-branch.ts";
import { isAncestor } from "../../../git/merge/plan-merge.ts";
import { findCommit } from "../../../git/repository.ts";
import { asKnownError } from "../../../utils/processes/system-errors.ts";
import { describeUnmovable, findBlocked } from "../checks/check-checkouts.ts";
import { refuse } from "../checks/objection.ts";
import type { Journal } from "../journal.ts";

/**
 * A target that no one else can move. Nothing is locked if there is nothing to advance, or if it was already advanced.
 */
export type LockedTarget = AsyncDisposable & { ref?: LockedBranch };

/**
 * Locks the target at the commit it was verified at, and checks that its checkouts can follow.
 * @throws CoreError `target_moved`, `target_locked`, `checkout_dirty`, `checkout_in_the_way`
 */
export async function lockTarget(
  { workspace, feature_id, experiment_slug }: ExperimentRef,
  { verified: { code } }: Promotion,
): Promise<LockedTarget> {
  const nothing = { [Symbol.asyncDispose]: async () => {} };
  if (code === null || code.how === "up_to_date") return nothing;
  const { target, target_commit, merge_commit, how } = code;
  const current = await findCommit(workspace, `refs/heads/${target}`);
  // A run that died may have advanced it, and someone may have continued from there.
  if (current !== undefined && (await isAncestor(workspace, merge_commit, current))) return nothing;
  const message = `promote ${experiment_slug} of ${feature_id}: ${how}`;
  const ref = await lockBranch(workspace, target, { from: target_commit, to: merge_commit, message });
  try {
    refuse(await findBlocked(workspace, target, { from: target_commit, to: merge_commit }));
  } catch (error) {
    await ref[Symbol.asyncDispose]();
    throw error;
  }
  return { ref, [Symbol.asyncDispose]: () => ref[Symbol.asyncDispose]() };
}

/** Moves the target to the verified commit, and its checkouts just before it. */
export async function advanceTarget(
  { workspace }: ExperimentRef,
  journal: Journal,
  { ref }: LockedTarget,
): Promise<void> {
  const { code } = journal.promotion.verified;
  if (ref === undefined || code === null) return;
  const move = { from: code.target_commit, to: code.merge_commit };
  await journal.take("checkouts", async () => {
    for (const { path, state } of await inspectCheckouts(workspace, code.target, move))
      if (state === "away" || state === "rebasing")
        await warn(journal, describeUnmovable(path, code.target, state));
      else await moveCheckout(path, move).catch((error: unknown) => leaveBehind(journal, path, error));
  });
  await journal.take("advance", () => ref.advance());
}

/**
 * Warns about a checkout that could not follow because someone changed files after the migration; the target still
 * advances.
 */
async function leaveBehind(journal: Journal, path: string, error: unknown): Promise<void> {
  const trouble = asKnownError(error);
  const { code } = journal.promotion.verified;
  const from = code?.target_commit ?? "";
  const warning = `${trouble.message} Its files are still those of ${from.slice(0, 12)}: git -C ${path} update-ref --no-deref HEAD ${from}, then git -C ${path} switch --merge ${code?.target}, brings them up to date with the changes kept.`;
  await warn(journal, warning);
}

async function warn(journal: Journal, warning: string): Promise<void> {
  await journal.update({ warnings: [...journal.promotion.warnings, warning] });
}
