import type { MergedCode, Verification } from "../../../schemas/promotion/promotion.ts";
import type { Run } from "../../../schemas/run.ts";
import type { Context } from "../../context.ts";
import { findBranchPrefix } from "../../experiments/branches/branch-prefix.ts";
import { fingerprintPlan } from "../../experiments/code/fingerprint.ts";
import { type ExperimentRef, scratchBeside } from "../../experiments/layout.ts";
import { nextVerification, writeVerification } from "../../experiments/promotion.ts";
import { createMerge } from "../../git/merge/create-merge.ts";
import { findRepository } from "../../git/repository.ts";
import { toBranchName } from "../../lakebase/branches/branch-id.ts";
import { startTask } from "../../runs/caller/start-task.ts";
import { CoreError } from "../../utils/core-error.ts";
import { chooseWorktreePath } from "../worktree-path.ts";
import type { CodeInspection } from "./checks/inspect-code.ts";
import { refuse } from "./checks/objection.ts";
import { planPromotion, refuseOutdated } from "./plan-promotion.ts";
import { pinCommit } from "./steps/pin.ts";
import { removeScratch } from "./steps/scratch.ts";

/**
 * Starts the verification of a promotion, as a run: the experiment's commit merged with the target's current one, on a
 * fresh fork of the parent branch. If one is already running, returns it.
 * @returns undefined if the experiment has already been promoted
 * @throws CoreError with the code of the first objection, and whatever `planPromotion` and `startTask` throw
 */
export async function startVerification(context: Context, ref: ExperimentRef): Promise<Run | undefined> {
  const before = await planPromotion(context, ref);
  if (before.open?.kind === "verification") return before.open;
  if (before.isOver && before.promotion?.state === "promoted") return undefined;
  const isAnew = before.resumes === undefined && !before.isOver;
  const promotionPlan = isAnew ? before : await planPromotion(context, ref, { anew: true });
  refuse(promotionPlan.objections.filter(({ blocks }) => blocks === "verification"));
  const { experiment, plan, code } = promotionPlan;
  const { commit } = code;
  const { parent } = promotionPlan.parent;
  if (commit === undefined || parent === undefined)
    throw new Error("There are no objections, but there is nothing to verify.");
  const merged = await mergeCode(ref, code);
  if (promotionPlan.verification !== undefined)
    await removeScratch(context, ref, promotionPlan.verification.scratch);
  const cycle_id = await nextVerification(ref);
  const place = merged === null ? undefined : await findWorktreePath(context, ref, plan.worktrees?.directory);
  const prefix = [findBranchPrefix(context, plan)].filter((each) => each !== undefined);
  const record = async ({ run_id }: Run) => {
    await refuseOutdated(ref, promotionPlan);
    const verification: Verification = {
      ...{ run_id, cycle_id, parent, code: merged },
      commit: merged?.merge_commit ?? commit,
      plan: fingerprintPlan(plan),
      scratch: {
        branch: toBranchName(...prefix, ref.feature_id, ref.experiment_slug, "verify", run_id.slice(-8)),
        branch_uid: null,
        worktree: place === undefined ? null : scratchBeside(place, run_id),
      },
      ...{ state: "running", by_tag: {}, ledgers: [], begun_at: new Date().toISOString() },
    };
    await writeVerification(ref, verification);
  };
  const minutes = plan.budget.wall_clock_minutes;
  return startTask(context, { kind: "verification", experiment, plan, cycle_id, minutes, record });
}

/** Creates the commit to verify, and pins it so that git's garbage collection keeps it. */
async function mergeCode(
  ref: ExperimentRef,
  { commit = "", merge }: CodeInspection,
): Promise<MergedCode | null> {
  if (merge === undefined) return null;
  const { target, target_commit, how } = merge;
  if (how === "conflict") throw new Error("A conflict prevents it.");
  const message = `Merge experiment ${ref.experiment_slug} of ${ref.feature_id} into ${target}`;
  const made = {
    up_to_date: async () => target_commit,
    fast_forward: async () => commit,
    merge: () => createMerge(ref.workspace, { target: target_commit, commit, message }),
  };
  const merge_commit = await made[how]();
  await pinCommit(ref, merge_commit);
  return { target, target_commit, experiment_commit: commit, merge_commit, how };
}

/** Returns the path of the experiment's worktree; temporary ones go next to it. */
export async function findWorktreePath(
  { worktrees }: Pick<Context, "worktrees">,
  ref: ExperimentRef,
  planned: string | undefined,
): Promise<string> {
  const repository = await findRepository(ref.workspace);
  if (repository !== undefined)
    return chooseWorktreePath(ref, repository, { machine: worktrees, plan: planned });
  throw new CoreError("no_repository", `${ref.workspace} is not in a git repository.`, {
    hint: "Start the server in the main checkout that the experiment came from.",
  });
}
