import type { Promotion } from "../../../schemas/promotion/promotion.ts";
import { readPromotion } from "../../experiments/promotion.ts";
import { appendTimeline, readTimeline } from "../../experiments/timeline/timeline.ts";
import { removeScratchWorktree } from "../../git/worktrees/scratch-worktree.ts";
import type { CycleResult } from "../../runs/cycle/cycle.ts";
import type { CycleSpec } from "../../runs/cycle/scope.ts";
import { describeError } from "../../utils/describe-error.ts";
import { asKnownError } from "../../utils/processes/system-errors.ts";
import { Journal } from "./journal.ts";
import { advanceTarget, lockTarget } from "./steps/advance-target.ts";
import { createPromotionBranch } from "./steps/create-promotion-branch.ts";
import { migrateParent } from "./steps/migrate-parent.ts";
import { unpinCommit } from "./steps/pin.ts";
import { createSafetyBranch } from "./steps/safety-branch.ts";

/**
 * Promotes an experiment, resuming at the step its journal has reached: a safety branch of the parent, the parent's
 * migration, then the target. The target is locked meanwhile, so that the parent is never migrated for code that cannot
 * be merged. In `branch` mode, only a git branch is created.
 * @throws the signal's reason if the run was stopped; the next promotion resumes from there
 */
export async function promote(spec: CycleSpec): Promise<CycleResult> {
  const { experiment, signal } = spec;
  const found = await readPromotion(experiment);
  if (found?.run_id !== spec.runId) throw new Error("The promotion was taken over by another run.");
  const journal = new Journal(experiment, found);
  const nothing = { by_tag: {}, evidence: {} };
  try {
    const state =
      found.mode === "branch"
        ? await createBranchForReview(spec, journal)
        : await mergeAndMigrate(spec, journal);
    await finish(spec, journal, state);
    return { ...nothing, status: "succeeded" };
  } catch (error) {
    signal.throwIfAborted();
    const failure = describeError(error);
    await journal.update({ state: "failed", error: failure, ended_at: new Date().toISOString() });
    return { ...nothing, status: "failed", error: failure };
  } finally {
    const { scratch_worktree } = found;
    // What cannot be removed now is left to a clean-up.
    if (scratch_worktree !== null)
      await removeScratchWorktree(experiment.workspace, scratch_worktree).catch(asKnownError);
  }
}

async function createBranchForReview(
  { experiment, onStep }: CycleSpec,
  journal: Journal,
): Promise<Promotion["state"]> {
  onStep("git_branch", { by_tag: {}, evidence: {} });
  await createPromotionBranch(experiment, journal);
  return "ready";
}

async function mergeAndMigrate(spec: CycleSpec, journal: Journal): Promise<Promotion["state"]> {
  const { experiment, signal, onStep } = spec;
  const begin = (step: string) => {
    signal.throwIfAborted();
    onStep(step, { by_tag: {}, evidence: {} });
  };
  begin("safety_branch");
  await createSafetyBranch(spec, journal);
  begin("hold");
  await using locked = await lockTarget(experiment, journal.promotion);
  begin("parent");
  await migrateParent(spec, journal);
  begin("advance");
  await advanceTarget(experiment, journal, locked);
  return "promoted";
}

/** Appends to the timeline first: once the journal says it is finished, no later run would come back to do it. */
async function finish({ experiment }: CycleSpec, journal: Journal, state: Promotion["state"]): Promise<void> {
  const ts = new Date().toISOString();
  const { run_id, mode, verified, safety_branch } = journal.promotion;
  const isRecorded = (await readTimeline(experiment)).some(
    (entry) => entry.kind === "promotion" && entry.verification === verified.run_id,
  );
  const what = { run_id, verification: verified.run_id, mode, status: state, ...verified.code };
  if (!isRecorded)
    await appendTimeline(experiment, {
      ...{ ts, kind: "promotion", ...what, parent: verified.parent, safety_branch: safety_branch?.branch },
    });
  if (state === "promoted") await unpinCommit(experiment);
  await journal.update({ state, ended_at: ts });
}
