import type { ComparisonReport } from "../../../schemas/comparison/comparison.ts";
import type { Run } from "../../../schemas/run.ts";
import type { ExperimentSummary, FeatureStatus, Phase } from "../../../schemas/status.ts";
import { compareExperiments } from "../../comparison/compare.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { findPlan } from "../../experiments/plan.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { describeFeatureJobs, type QueueView } from "../../queue/watch.ts";
import { selectActiveRuns } from "../../runs/caller/active-runs.ts";
import { hasEnded } from "../../runs/journal/journal.ts";
import { CoreError } from "../../utils/core-error.ts";
import { clipText } from "../../utils/text/clip-text.ts";
import type { WorkspaceRecords } from "../workspace-records.ts";
import { describeClosed, describeOpen, findLastRun } from "./describe-experiment.ts";
import type { NextMove } from "./next-move.ts";
import { listPending, type Pending } from "./pending.ts";
import { listWarnings } from "./warnings.ts";

/** What a status is read from, shared by all features. */
export interface StatusContext {
  records: WorkspaceRecords;
  /** All branches of the project; undefined if Lakebase could not be reached. */
  branches: Branch[] | undefined;
  /** The queue that runs send their suites to, if there is one and it could be reached. */
  queue?: QueueView | undefined;
}

/** The state of a feature, its experiments, and what to do next. */
export interface FeatureState {
  status: FeatureStatus;
  summaries: ExperimentSummary[];
  next: NextMove;
}

/** Reads a feature's state from its records only. Changes nothing, and does not contact Lakebase. */
export async function readFeature(
  { records, branches, queue }: StatusContext,
  feature_id: string,
): Promise<FeatureState> {
  const { workspace } = records;
  const isInFeature = (each: { feature_id: string }) => each.feature_id === feature_id;
  const runs = records.runs.filter(isInFeature);
  const experiments = records.experiments.filter(isInFeature);
  const closing = records.closing.filter(({ ref }) => isInFeature(ref));
  const closed = records.closed.filter(isInFeature);
  const report =
    experiments.length === 0
      ? undefined
      : await compareExperiments({
          workspace,
          feature_id,
          knownRuns: selectActiveRuns(workspace, records.runs, feature_id),
        });
  const rows = new Map(report?.rows.map((row) => [row.experiment_slug, row]));
  const summaries = await Promise.all([
    ...experiments.map((each) => describeOpen(each, { branches, row: rows.get(each.experiment_slug), runs })),
    ...closing.map(
      ({ ref, record }): ExperimentSummary => ({
        ...{ experiment_slug: ref.experiment_slug, state: "closing", branch: record.branch },
      }),
    ),
    ...closed.map((each) => describeClosed(each, runs)),
  ]);
  const pending = listPending(
    records.promotions.filter(({ ref }) => isInFeature(ref)),
    listSlugs(experiments),
  );
  const open_run = runs.find((run) => !hasEnded(run));
  const plan = await readPlanState(workspace, feature_id);
  const counts = { open: experiments.length, closing: closing.length, closed: closed.length };
  const phase = findPhase(counts, { open_run, pending, report });
  const status: FeatureStatus = {
    ...{ feature_id, phase, open: counts.open + counts.closing, closed: counts.closed },
    branch_minutes: summaries.reduce((sum, { branch_minutes = 0 }) => sum + branch_minutes, 0),
    recommendation: report?.recommendation,
    last_run: findLastRun(runs),
    waits_for: [
      ...(open_run === undefined ? [] : [`${open_run.kind ?? "run"} ${open_run.run_id} is running`]),
      ...(queue === undefined ? [] : describeFeatureJobs(queue, feature_id)),
      ...closing.map(({ ref }) => `closing ${ref.experiment_slug} was interrupted`),
      ...pending.map(({ what }) => what),
    ],
    warnings: listWarnings(summaries, report, plan.trouble),
  };
  const slugs = closing.map(({ ref }) => ref.experiment_slug);
  const next = chooseMove({ counts, open_run, pending, plan, report, experiments, closing: slugs });
  return { status, summaries, next };
}

interface PlanState {
  isThere: boolean;
  /** Why it cannot be read. */
  trouble?: string;
}

async function readPlanState(workspace: string, featureId: string): Promise<PlanState> {
  try {
    return { isThere: (await findPlan(workspace, featureId)) !== undefined };
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return { isThere: true, trouble: clipText(error.message, 300) };
  }
}

interface Counts {
  open: number;
  closing: number;
  closed: number;
}

function findPhase(
  { open, closing, closed }: Counts,
  found: { open_run: Run | undefined; pending: readonly Pending[]; report: ComparisonReport | undefined },
): Phase {
  if (found.open_run !== undefined) return "running";
  if (open + closing === 0) return closed > 0 ? "closed" : "planned";
  if (found.pending.some(({ state }) => state === "over")) return "promoted";
  const isOpen = found.report === undefined || found.report.recommendation === "continue";
  return isOpen ? "cut" : "decided";
}

interface Situation {
  counts: Counts;
  open_run: Run | undefined;
  pending: readonly Pending[];
  plan: PlanState;
  report: ComparisonReport | undefined;
  experiments: readonly { experiment_slug: string }[];
  closing: string[];
}

/** Running work comes first, then unfinished work, then new work. */
function chooseMove(situation: Situation): NextMove {
  const { counts, open_run, pending, plan, report, experiments, closing } = situation;
  if (open_run !== undefined) return { move: "wait", run_id: open_run.run_id };
  if (closing.length > 0) return { move: "close", experiment_slugs: closing };
  const unfinished = pending.find(({ state }) => state === "unfinished");
  if (unfinished !== undefined) return { move: "promote", experiment_slug: unfinished.experiment_slug };
  const slugs = listSlugs(experiments);
  if (pending.some(({ state }) => state === "over") && slugs.length > 0)
    return { move: "close", experiment_slugs: slugs };
  const verified = pending.find(({ state }) => state === "verified");
  if (verified !== undefined) return { move: "promote", experiment_slug: verified.experiment_slug };
  if (plan.trouble !== undefined) return { move: "correct_plan", message: plan.trouble };
  if (report !== undefined) return { move: "compare", action: report.next_action };
  if (counts.closed > 0) return { move: "rest" };
  return plan.isThere ? { move: "create" } : { move: "plan" };
}
