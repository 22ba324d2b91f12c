import type { Promotion } from "../../../../schemas/promotion/promotion.ts";
import type { ExperimentRef } from "../../../experiments/layout.ts";
import { lookAtCheckouts, moveCheckout } from "../../../git/merge/checkouts.ts";
import { type HeldRef, holdBranch } from "../../../git/merge/hold-ref.ts";
import { isAncestor } from "../../../git/merge/plan-merge.ts";
import { findCommit } from "../../../git/repository.ts";
import { asKnownError } from "../../../utils/processes/machine-trouble.ts";
import type { Journal } from "../journal.ts";
import { findBlocked } from "../looks/look-at-checkouts.ts";
import { refuse } from "../looks/objection.ts";

/** A target that nobody moves meanwhile; nothing is held where there is nothing to advance, or it was advanced. */
export type HeldTarget = AsyncDisposable & { ref?: HeldRef };

/**
 * Holds the target where it was verified, and makes sure that the checkouts on it can follow.
 * @throws CoreError `target_moved`, `target_locked`, `checkout_dirty`, `checkout_in_the_way`
 */
export async function holdTarget(
  { workspace, feature_id, experiment_slug }: ExperimentRef,
  { verified: { code } }: Promotion,
): Promise<HeldTarget> {
  const nothing = { [Symbol.asyncDispose]: async () => {} };
  if (code === null || code.how === "up_to_date") return nothing;
  const { target, target_commit, merge_commit, how } = code;
  const current = await findCommit(workspace, `refs/heads/${target}`);
  // A run that died may have advanced it, and somebody may have gone on from there.
  if (current !== undefined && (await isAncestor(workspace, merge_commit, current))) return nothing;
  const message = `promote ${experiment_slug} of ${feature_id}: ${how}`;
  const ref = await holdBranch(workspace, target, { from: target_commit, to: merge_commit, message });
  try {
    refuse(await findBlocked(workspace, target, { from: target_commit, to: merge_commit }));
  } catch (error) {
    await ref[Symbol.asyncDispose]();
    throw error;
  }
  return { ref, [Symbol.asyncDispose]: () => ref[Symbol.asyncDispose]() };
}

/** Moves the target to the commit that was verified, and the checkouts that are on it with it, just before. */
export async function advanceTarget(
  { workspace }: ExperimentRef,
  journal: Journal,
  { ref }: HeldTarget,
): Promise<void> {
  const { code } = journal.promotion.verified;
  if (ref === undefined || code === null) return;
  const move = { from: code.target_commit, to: code.merge_commit };
  await journal.take("checkouts", async () => {
    for (const { path } of await lookAtCheckouts(workspace, code.target, move))
      await moveCheckout(path, move).catch((error: unknown) => leaveBehind(journal, path, error));
  });
  await journal.take("advance", () => ref.advance());
}

/** Somebody began to change files after the parent was migrated: the code comes in all the same. */
async function leaveBehind(journal: Journal, path: string, error: unknown): Promise<void> {
  const trouble = asKnownError(error);
  const { code } = journal.promotion.verified;
  const from = code?.target_commit ?? "";
  const warning = `${trouble.message} Its files are still those of ${from.slice(0, 12)}: git -C ${path} update-ref --no-deref HEAD ${from}, then git -C ${path} switch --merge ${code?.target}, brings them up to date with the changes kept.`;
  await journal.update({ warnings: [...journal.promotion.warnings, warning] });
}
