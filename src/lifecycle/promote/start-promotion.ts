import type { Promotion } from "../../../schemas/promotion/promotion.ts";
import type { Run } from "../../../schemas/run.ts";
import type { Context } from "../../context.ts";
import type { ExperimentRef } from "../../experiments/layout.ts";
import { scratchBeside } from "../../experiments/layout.ts";
import { writePromotion } from "../../experiments/promotion.ts";
import { removeScratchWorktree } from "../../git/worktrees/scratch-worktree.ts";
import { startTask } from "../../runs/caller/start-task.ts";
import { refuse } from "./checks/objection.ts";
import { type PromotionPlan, planPromotion, refuseOutdated } from "./plan-promotion.ts";
import { isFinished, isParentChanged } from "./resume.ts";
import { findWorktreePath } from "./start-verification.ts";

/** How long a promotion may take, in minutes; a run's budget must not interrupt a migration. */
const minutes = 24 * 60;

/**
 * Starts a promotion, or resumes an unfinished one, as a run. If one is already running, returns it.
 * @returns undefined if the promotion has already finished
 * @param accept codes of acceptable objections to override
 * @throws CoreError with the code of the first objection, and whatever `planPromotion` and `startTask` throw
 */
export async function startPromotion(
  context: Context,
  ref: ExperimentRef,
  accept: readonly string[],
): Promise<Run | undefined> {
  const promotionPlan = await planPromotion(context, ref);
  if (promotionPlan.open?.kind === "promotion") return promotionPlan.open;
  if (promotionPlan.isOver) return undefined;
  const isAccepted = (code: string) => accept.includes(code);
  refuse(promotionPlan.objections.filter(({ code, acceptable }) => !(acceptable && isAccepted(code))));
  const accepted = promotionPlan.objections.map(({ code }) => code).filter(isAccepted);
  const left = promotionPlan.promotion?.scratch_worktree ?? null;
  // A run that was killed could not remove it.
  if (left !== null) await removeScratchWorktree(ref.workspace, left);
  const worktree = await findWorktree(context, ref, promotionPlan);
  const record = async ({ run_id }: Run) => {
    await refuseOutdated(ref, promotionPlan);
    const scratch_worktree = worktree === undefined ? null : scratchBeside(worktree, run_id);
    const promotion = promotionPlan.resumes ?? createPromotion(ref, promotionPlan);
    const now = {
      run_id,
      scratch_worktree,
      state: "running" as const,
      error: undefined,
      ended_at: undefined,
    };
    await writePromotion(ref, {
      ...promotion,
      ...now,
      accepted: [...new Set([...promotion.accepted, ...accepted])],
    });
  };
  const { experiment, plan, verification } = promotionPlan;
  const cycle_id = verification?.cycle_id ?? "V1";
  return startTask(context, { kind: "promotion", experiment, plan, cycle_id, minutes, record });
}

/** A later promotion inherits the safety branch from one that did not finish, and whether that changed the parent. */
function createPromotion(ref: ExperimentRef, { mode, verification, promotion }: PromotionPlan): Promotion {
  if (verification === undefined) throw new Error("There are no objections, but nothing was verified.");
  const { run_id, cycle_id, commit, code, parent } = verification;
  const isOpen = promotion !== undefined && !isFinished(promotion);
  return {
    ...{ feature_id: ref.feature_id, experiment_slug: ref.experiment_slug, run_id, mode },
    state: "running",
    verified: { run_id, cycle_id, commit, code, parent },
    ...(isOpen && { safety_branch: promotion.safety_branch }),
    ...(isOpen && isParentChanged(promotion) && { parent_changed: true }),
    former_commit: promotion?.state === "ready" ? promotion.verified.code?.merge_commit : undefined,
    ...{ steps: [], accepted: [], warnings: [], scratch_worktree: null, begun_at: new Date().toISOString() },
  };
}

/** Chooses where the migration runs: in its own worktree, unless the code is in the main checkout. */
async function findWorktree(
  context: Context,
  ref: ExperimentRef,
  { code, mode, migrate, plan, resumes }: PromotionPlan,
): Promise<string | undefined> {
  const isMerged = (resumes === undefined ? code.merge : resumes.verified.code) != null;
  if (!isMerged || mode === "branch" || migrate.length === 0) return undefined;
  return findWorktreePath(context, ref, plan.worktrees?.directory);
}
