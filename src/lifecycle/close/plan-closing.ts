import type { ErrorDescription } from "../../../schemas/error.ts";
import type { Closing } from "../../../schemas/experiment/closed.ts";
import type { Run } from "../../../schemas/run.ts";
import type { Context } from "../../context.ts";
import { type ClosedExperiment, readClosed, readClosing } from "../../experiments/closed.ts";
import { findExperiment, getExperiment, listAllExperiments } from "../../experiments/experiments.ts";
import { findOriginal } from "../../experiments/find-original.ts";
import { type ExperimentRef, nameExperiment } from "../../experiments/layout.ts";
import { listBranches } from "../../lakebase/branches/branches.ts";
import { isSameUid } from "../../lakebase/branches/delete-branch.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { findBusy } from "../../runs/caller/busy.ts";
import { describeError } from "../../utils/describe-error.ts";
import { type BranchInspection, inspectBranch, type RecordedBranch } from "./inspect-branch.ts";
import { type CodeInspection, inspectClosingCode, uncommittedWork } from "./inspect-code.ts";
import { inspectPromotion, type PromotionInspection } from "./inspect-promotion.ts";
import { compareBeforeClosing, decideVerdict, type Findings } from "./verdict.ts";

export interface CloseInput {
  feature_id: string;
  experiment_slugs: readonly string[];
  reason: string;
  /** Commit a worktree's uncommitted files to its git branch first. */
  commit_uncommitted?: boolean | undefined;
}

/** An experiment that is not closed yet, or whose closing has begun. */
export interface OpenInspection {
  ref: ExperimentRef;
  verdict: Pick<Closing, "status" | "verdict_by" | "recommendation" | "rationale" | "compared">;
  recorded: RecordedBranch;
  /** How far an earlier call got. */
  closing?: Closing | undefined;
  database: BranchInspection;
  code: CodeInspection;
  promotion: PromotionInspection;
  /** Everything that prevents closing it. */
  objections: ErrorDescription[];
}

/** What closing would do. */
export interface ClosingPlan {
  open: OpenInspection[];
  closed: ClosedExperiment[];
}

/**
 * Works out which resources of each experiment would be removed, which would stay, and what prevents closing it.
 * Changes nothing.
 * @param runs the runs of the feature
 * @throws CoreError `unknown_experiment`, `record_unreadable`, and LakebaseError if branches cannot be listed
 */
export async function planClosing(
  { workspace, lakebase, signal }: Pick<Context, "workspace" | "lakebase" | "signal">,
  { feature_id, experiment_slugs, commit_uncommitted = false }: CloseInput,
  runs: Run[],
): Promise<ClosingPlan> {
  const found = await findRecords(workspace, { feature_id, experiment_slugs });
  const closed = found.flatMap((each) => ("directory" in each ? [each] : []));
  const records = found.flatMap((each) => ("directory" in each ? [] : [each]));
  if (records.length === 0) return { closed, open: [] };
  const findings = await compareBeforeClosing({ workspace, feature_id });
  const branches = await listBranches(lakebase, { signal });
  const seen = { branches, runs, findings, commit_uncommitted };
  return { closed, open: await Promise.all(records.map((each) => inspect(each, seen))) };
}

/** Reads the open or closed record of each experiment. @throws CoreError `unknown_experiment`, `record_unreadable` */
export function findRecords(
  workspace: string,
  { feature_id, experiment_slugs }: Pick<CloseInput, "feature_id" | "experiment_slugs">,
): Promise<(OpenRecord | ClosedExperiment)[]> {
  const slugs = [...new Set(experiment_slugs)];
  return Promise.all(slugs.map((experiment_slug) => find({ workspace, feature_id, experiment_slug })));
}

interface OpenRecord {
  ref: ExperimentRef;
  recorded: RecordedBranch;
  closing?: Closing | undefined;
}

async function find(ref: ExperimentRef): Promise<OpenRecord | ClosedExperiment> {
  const closing = await readClosing(ref);
  if (closing !== undefined) return { ref, closing, recorded: closing };
  const experiment = await findExperiment(ref);
  if (experiment === undefined)
    return (await readClosed(ref))[0] ?? { ref, recorded: await refuseUnknown(ref) };
  const { branch, branch_uid = null } = experiment;
  return { ref, recorded: { branch, branch_uid } };
}

/** @throws CoreError `unknown_experiment` */
async function refuseUnknown(ref: ExperimentRef): Promise<never> {
  await getExperiment(ref);
  throw new Error(`${ref.experiment_slug} was created just now.`);
}

/** If the folder of records was copied, or all of the project, another experiment has the same branch. */
async function inspectOwnBranch(ref: ExperimentRef, recorded: RecordedBranch, branches: Branch[]) {
  const other = (await listAllExperiments(ref.workspace)).find(
    (each) =>
      nameExperiment(each) !== nameExperiment(ref) &&
      each.branch === recorded.branch &&
      isSameUid(each.branch_uid, recorded.branch_uid),
  );
  const original = other === undefined ? await findOriginal(ref, recorded) : undefined;
  if (other === undefined && original === undefined) return inspectBranch(ref, recorded, branches);
  const owner =
    other === undefined
      ? `${nameExperiment(ref)} in ${original}, of which this project is a copy`
      : nameExperiment(other);
  const why = `it is also the branch of ${owner}`;
  return { database: { state: "left" as const, why }, objections: [] };
}

async function inspect(
  { ref, recorded, closing }: OpenRecord,
  {
    branches,
    runs,
    findings,
    commit_uncommitted,
  }: { branches: Branch[]; runs: Run[]; findings: Findings; commit_uncommitted: boolean },
): Promise<OpenInspection> {
  const [branch, code, promotion] = await Promise.all([
    inspectOwnBranch(ref, recorded, branches),
    inspectClosingCode(ref),
    inspectPromotion(ref),
  ]);
  const verdict = closing ?? { ...findings, ...decideVerdict(ref, promotion.promotion, findings) };
  const { path = "", git_branch, uncommitted } = code;
  const busy = findBusy(runs, [ref.experiment_slug]);
  const isUnsaved = uncommitted.length > 0 && !commit_uncommitted && git_branch !== null;
  return {
    ...{ ref, recorded, closing, code, promotion, database: branch.database },
    verdict,
    objections: [
      ...(busy === undefined ? [] : [describeError(busy)]),
      ...promotion.objections,
      ...code.objections,
      ...(isUnsaved ? [describeError(uncommittedWork({ path, git_branch }, uncommitted))] : []),
      ...branch.objections,
    ],
  };
}
