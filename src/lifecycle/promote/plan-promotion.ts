import { isDeepStrictEqual } from "node:util";
import type { Plan } from "../../../schemas/plan/plan.ts";
import type { Step } from "../../../schemas/plan/suite.ts";
import type { Promotion, Verification } from "../../../schemas/promotion/promotion.ts";
import type { Run } from "../../../schemas/run.ts";
import type { Context } from "../../context.ts";
import { type Experiment, getExperiment } from "../../experiments/experiments.ts";
import type { ExperimentRef } from "../../experiments/layout.ts";
import { readPlan } from "../../experiments/plan.ts";
import { readPromotion, readVerification } from "../../experiments/promotion.ts";
import { hasEnded, listRuns } from "../../runs/journal/journal.ts";
import { CoreError } from "../../utils/core-error.ts";
import { checkCheckouts } from "./checks/check-checkouts.ts";
import { checkOtherPromotions } from "./checks/check-other-promotions.ts";
import { checkVerdict } from "./checks/check-verdict.ts";
import { checkVerification } from "./checks/check-verification.ts";
import { type CodeInspection, inspectPromotedCode } from "./checks/inspect-code.ts";
import { inspectMigrations } from "./checks/inspect-migrations.ts";
import { inspectParent, type ParentInspection } from "./checks/inspect-parent.ts";
import { createObjection, type Objection } from "./checks/objection.ts";
import { warnOfLostTarget } from "./checks/warn-of-lost-target.ts";
import { warnOfRecords } from "./checks/warn-of-records.ts";
import { checkResumable, findResumption, isFinished } from "./resume.ts";

/** What a promotion would do, and the objections to it. */
export interface PromotionPlan {
  experiment: Experiment;
  plan: Plan;
  mode: Promotion["mode"];
  migrate: readonly Step[];
  code: CodeInspection;
  parent: ParentInspection;
  /** The migrations that would be applied to the parent. */
  pending: string[];
  verification?: Verification | undefined;
  /** The journal of the last promotion. */
  promotion?: Promotion | undefined;
  /** The promotion that the next confirmation resumes. */
  resumes?: Promotion | undefined;
  /** The run that is currently using the experiment. */
  open?: Run | undefined;
  /** Whether the last promotion finished and nothing has changed since. */
  isOver: boolean;
  objections: Objection[];
  warnings: string[];
}

/**
 * Works out what a promotion would do and what prevents it. Changes nothing.
 * @param anew ignores a promotion that has begun or finished, and looks only at what could be promoted now
 * @throws CoreError `unknown_feature`, `invalid_plan`, `unknown_experiment`, `record_unreadable`
 */
export async function planPromotion(
  context: Context,
  ref: ExperimentRef,
  { anew = false }: { anew?: boolean } = {},
): Promise<PromotionPlan> {
  const plan = await readPlan(ref.workspace, ref.feature_id);
  const experiment = await getExperiment(ref);
  const [verification, promotion, runs] = await Promise.all([
    readVerification(ref),
    readPromotion(ref),
    listRuns(ref.workspace),
  ]);
  const open = runs.find((run) => !hasEnded(run) && includesExperiment(run, ref));
  const [code, parent] = await Promise.all([
    inspectPromotedCode(ref, plan),
    inspectParent(context, ref, plan),
  ]);
  const mode = plan.promote?.mode ?? "merge";
  const migrate = plan.promote?.migrate ?? [];
  const isOver = !anew && isUpToDate(promotion, verification, code);
  const base = { experiment, plan, mode, migrate, code, parent, verification, promotion, open, isOver };
  if (isOver)
    return {
      ...base,
      pending: [],
      objections: [],
      warnings: await warnOfLostTarget(ref.workspace, promotion),
    };
  const busy = [
    ...(await checkOtherPromotions(ref, runs)),
    ...(open === undefined ? [] : [busyExperiment(ref, open)]),
  ];
  const resumes = anew ? undefined : findResumption(promotion, verification, open);
  if (resumes !== undefined) {
    const objections = await checkResumable(ref, resumes, base);
    return { ...base, resumes, pending: [], objections: [...busy, ...objections], warnings: [] };
  }
  const migrations = await inspectLedgers(base);
  const objections = [
    ...migrations.objections,
    ...busy,
    ...code.objections,
    ...parent.objections,
    ...(await checkVerdict(ref, code.commit)),
    ...checkMode(mode, code),
    ...(await checkVerification(ref, verification, { plan, code, parent })),
    ...checkSchema(base),
    ...(mode === "merge" ? await checkCheckouts(ref.workspace, code, verification) : []),
  ];
  const warnings = [...migrations.warnings, ...(await warnOfRecords(ref.workspace, code))];
  return { ...base, pending: migrations.pending, objections, warnings };
}

/**
 * Refuses to continue from a plan if another call has verified or promoted the experiment since. Call it while holding
 * the lock for starting runs.
 * @throws CoreError `experiment_busy`
 */
export async function refuseOutdated(
  ref: ExperimentRef,
  { verification, promotion }: Pick<PromotionPlan, "verification" | "promotion">,
): Promise<void> {
  const now = [await readVerification(ref), await readPromotion(ref)];
  if (isDeepStrictEqual(now, [verification, promotion])) return;
  const what = `${ref.experiment_slug} was verified or promoted by another call just now.`;
  throw new CoreError("experiment_busy", what, {
    hint: "Call again to continue from its current state.",
    retryable: true,
  });
}

function isUpToDate(
  promotion: Promotion | undefined,
  verification: Verification | undefined,
  { commit }: CodeInspection,
): boolean {
  if (promotion === undefined || !isFinished(promotion)) return false;
  const { run_id, code, commit: own } = promotion.verified;
  return (
    verification?.run_id === run_id && (commit === undefined || commit === (code?.experiment_commit ?? own))
  );
}

function includesExperiment(run: Run, { feature_id, experiment_slug }: ExperimentRef): boolean {
  return (
    run.feature_id === feature_id && run.results.some((each) => each.experiment_slug === experiment_slug)
  );
}

function busyExperiment({ experiment_slug }: ExperimentRef, { run_id }: Run): Objection {
  return createObjection("experiment_busy", `${experiment_slug} is in the run ${run_id}.`, {
    hint: "Wait for it to end, or cancel it.",
    retryable: true,
    blocks: "verification",
  });
}

type Base = Pick<PromotionPlan, "experiment" | "migrate" | "mode" | "code" | "parent" | "verification">;

async function inspectLedgers({ experiment, migrate, code, parent, verification }: Base) {
  if (parent.state === undefined || code.commit === undefined)
    return { pending: [], objections: [], warnings: [] };
  const isVerified = verification?.state === "succeeded";
  return inspectMigrations({
    workspace: experiment.workspace,
    state: parent.state,
    commit: (isVerified ? verification.code?.merge_commit : undefined) ?? code.commit,
    target_commit: code.merge?.target_commit,
    verified: isVerified ? verification.ledgers : undefined,
    migrates: migrate.length > 0,
  });
}

/** A design in the main checkout has no git branch to open a pull request from. */
function checkMode(mode: Promotion["mode"], { code, commit }: CodeInspection): Objection[] {
  if (mode === "merge" || commit === undefined || code?.worktree !== undefined) return [];
  const what =
    'promote.mode is "branch", but the experiment has no git branch: its code is in the main checkout.';
  return [createObjection("nothing_to_branch", what, { hint: 'Set promote.mode to "merge" in plan.json.' })];
}

/** Objects to code that relies on a schema change which no one would apply. */
function checkSchema({ migrate, mode, verification }: Base): Objection[] {
  const { state, schema_diff_summary } = verification ?? {};
  if (mode === "branch" || migrate.length > 0 || state !== "succeeded") return [];
  if (schema_diff_summary === undefined) return [];
  const what = `The suites passed on a changed schema (${schema_diff_summary}), but the plan does not migrate the parent.`;
  return [
    createObjection("unmigrated_schema", what, {
      hint: "Set promote.migrate in plan.json to the command that migrates.",
      acceptable: true,
    }),
  ];
}
