import type { Promotion } from "../../../schemas/promotion/promotion.ts";
import type { PromotionAnswer } from "../../../schemas/promotion/promotion-answer.ts";
import type { Context } from "../../context.ts";
import { type ExperimentRef, promotionPaths } from "../../experiments/layout.ts";
import { toBranchName } from "../../lakebase/branches/branch-id.ts";
import { readIfPresent } from "../../utils/files/files.ts";
import { clipText } from "../../utils/text/clip-text.ts";
import { type PromotionPlan, planPromotion } from "./plan-promotion.ts";
import { formatTitle } from "./steps/pull-request.ts";

const maxListed = 20;
/** Of the text of a pull request, in characters; its file has all of it. */
const maxBody = 3_000;

/** A promotion as it stands, small enough for a model to read. */
export async function describePromotion(context: Context, ref: ExperimentRef): Promise<PromotionAnswer> {
  const promotionPlan = await planPromotion(context, ref);
  const { promotion, resumes, isOver } = promotionPlan;
  const told = isOver || resumes !== undefined || promotion?.state === "failed" ? promotion : undefined;
  return {
    ...{ feature_id: ref.feature_id, experiment_slug: ref.experiment_slug, state: findState(promotionPlan) },
    ...(promotionPlan.open !== undefined && { run_id: promotionPlan.open.run_id }),
    mode: told?.mode ?? promotionPlan.mode,
    objections: promotionPlan.objections.map(({ blocks: _, ...objection }) => objection),
    warnings: [...promotionPlan.warnings, ...describeCodeLeft(promotionPlan), ...(told?.warnings ?? [])],
    ...describeCode(promotionPlan, told),
    database: describeDatabase(ref, promotionPlan, told),
    ...describeVerified(promotionPlan),
    ...(told !== undefined && describeSteps(told)),
    ...(isOver && promotion?.git_branch !== undefined && (await describeRequest(ref, promotion.git_branch))),
  };
}

function findState(promotionPlan: PromotionPlan): PromotionAnswer["state"] {
  const { open, isOver, promotion, resumes, objections } = promotionPlan;
  if (open?.kind === "verification") return "verifying";
  if (open?.kind === "promotion") return "promoting";
  if (isOver) return promotion?.state === "ready" ? "ready" : "promoted";
  if (resumes !== undefined) return "unfinished";
  return objections.every(({ acceptable }) => acceptable) ? "verified" : "planned";
}

function describeCode(
  { code: { commit, merge }, verification }: PromotionPlan,
  told: Promotion | undefined,
): Pick<PromotionAnswer, "code"> {
  if (told?.verified.code != null) return { code: told.verified.code };
  if (merge === undefined || commit === undefined) return {};
  const { conflicts, ...rest } = merge;
  const verified = verification?.code;
  const isVerified =
    verification?.state === "succeeded" &&
    verified?.experiment_commit === commit &&
    verified.target_commit === merge.target_commit;
  return {
    code: {
      ...{ ...rest, experiment_commit: commit },
      ...(isVerified && { merge_commit: verified.merge_commit }),
      ...(conflicts.length > 0 && { conflicts: conflicts.slice(0, maxListed) }),
    },
  };
}

function describeCodeLeft({ code: { code, commit } }: PromotionPlan): string[] {
  if (code === undefined || code.worktree !== undefined) return [];
  return [
    `The design is in the main checkout, at ${commit?.slice(0, 12) ?? "no commit"}: there is no code to merge. Keep it and remove the other designs yourself.`,
  ];
}

function describeDatabase(
  { feature_id }: ExperimentRef,
  { parent, migrate, pending, mode }: PromotionPlan,
  told: Promotion | undefined,
): PromotionAnswer["database"] {
  const branch = told?.verified.parent.branch ?? parent.parent?.branch;
  const safety = told?.safety_branch;
  return {
    ...(branch !== undefined && { parent_branch: branch }),
    commands: migrate.map(
      ({ command, cwd }) => `${command.join(" ")}${cwd === undefined ? "" : ` (in ${cwd})`}`,
    ),
    ...(pending.length > 0 && { pending: pending.slice(0, maxListed) }),
    ...(mode === "merge" && { safety_branch: safety?.branch ?? toBranchName(`before-${feature_id}`) }),
    ...(safety?.expire_time != null && { safety_branch_expires: safety.expire_time }),
  };
}

function describeVerified({ verification }: PromotionPlan): Pick<PromotionAnswer, "verified"> {
  if (verification === undefined) return {};
  const { state, run_id, cycle_id, commit, by_tag, schema_diff_summary, code, ended_at } = verification;
  return {
    verified: {
      ...{ state, run_id, cycle_id, commit, by_tag },
      ...(code !== null && { target_commit: code.target_commit }),
      ...(schema_diff_summary !== undefined && { schema_diff_summary }),
      ...(ended_at !== undefined && { at: ended_at }),
    },
  };
}

function describeSteps({ steps, error, state }: Promotion): Pick<PromotionAnswer, "steps" | "log" | "error"> {
  const last = new Map(steps.map(({ step, state }) => [step, state]));
  const log = steps.findLast((each) => each.log !== undefined)?.log;
  return {
    steps: [...last].map(([step, state]) => `${step} ${state}`),
    ...(log !== undefined && { log }),
    ...(state === "failed" && error !== undefined && { error }),
  };
}

async function describeRequest(
  ref: ExperimentRef,
  git_branch: string,
): Promise<Pick<PromotionAnswer, "pull_request">> {
  const path = promotionPaths(ref).pullRequest;
  const body = clipText((await readIfPresent(path)) ?? "", maxBody);
  return { pull_request: { git_branch, title: formatTitle(ref), path, body } };
}
