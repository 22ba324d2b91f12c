import type { ComparisonReport, ExperimentRow } from "../../schemas/comparison/comparison.ts";
import type { MetricComparison } from "../../schemas/comparison/metric.ts";
import type { FeatureRef } from "../experiments/layout.ts";
import { listRefs } from "../experiments/list-refs.ts";
import { listSlugs } from "../experiments/list-slugs.ts";
import { listUnusableExperiments } from "../experiments/unusable.ts";
import type { OnBroken } from "../utils/files/salvage.ts";
import { groupBy } from "../utils/group-by.ts";
import { combineWinners } from "./details/combination.ts";
import { compareHistory } from "./details/history.ts";
import { compareMetrics } from "./details/metrics.ts";
import { type Details, readDetails } from "./details/read-details.ts";
import { compareSchemas, countLargeTableRisks } from "./details/schema-comparison.ts";
import { findTestDifferences } from "./details/test-differences.ts";
import { findCodeDirectories } from "./records/code-directories.ts";
import { findContradiction } from "./records/contradictions.ts";
import type { KnownRuns } from "./records/known-runs.ts";
import { buildMatrix, buildReported } from "./records/matrix.ts";
import { type PlannedTags, readPlannedTags } from "./records/planned-tags.ts";
import { type ExperimentRecords, readRecords } from "./records/records.ts";
import { type JudgedExperiment, judgeExperiment, type RowSetting } from "./records/rows.ts";
import { selectWinners } from "./verdict/candidates.ts";
import type { Choice } from "./verdict/choice.ts";
import { describeDecision } from "./verdict/decision.ts";
import { orderByMetrics } from "./verdict/order-by-metrics.ts";
import { recommend } from "./verdict/recommend.ts";
import { findCodeFlaws } from "./warnings/code-warnings.ts";
import { findDifferingTests } from "./warnings/differing-tests.ts";
import { findWarnings } from "./warnings/find-warnings.ts";
import type { BrokenFile } from "./warnings/record-warnings.ts";
import { findUnlikeScripts } from "./warnings/script-warnings.ts";
import { readStarts } from "./warnings/start-warnings.ts";

export interface ComparisonInput {
  /** Absolute path of the main checkout. */
  workspace: string;
  feature_id: string;
  /** The state of the runs. Default: unknown, so only records count. */
  knownRuns?: KnownRuns;
  /** Which details to read in addition to the rows. Default: none. */
  details?: { tests?: boolean; schema?: boolean; history?: boolean };
}

/** All details, for views that show the whole comparison. */
export const allDetails = { tests: true, schema: true, history: true } as const;

/** Compares the experiments of a feature and recommends what to do next. Reads records and changes nothing. */
export async function compareExperiments({
  workspace,
  feature_id,
  knownRuns = { activeExperiments: [], isOver: async () => false },
  details: asked = {},
}: ComparisonInput): Promise<ComparisonReport> {
  const now = Date.now();
  const feature = { workspace, feature_id };
  const broken = new Map<string, BrokenFile>();
  const onBroken: OnBroken = (path, reason) => broken.set(reason, { path, reason });

  const records = await readAllRecords(feature, knownRuns, onBroken);
  const plan = await readPlannedTags(workspace, feature_id, records);
  const code_directories = await findCodeDirectories(feature, records);
  const judged = await judgeAll(records, knownRuns, { now, plan, code_directories, onBroken });
  const details = await readDetails(judged, asked, plan, onBroken);

  const rows = judged.map(({ row }) => row);
  const { measurements, changes } = details;
  const { winners, metrics, choice } = rankWinners(rows, plan, details);
  const { decision } = choice;
  // Mostly waiting for git, so all at once.
  const [{ combinations, same_code }, flaws, starts, unlike_scripts, unusable] = await Promise.all([
    combineWinners(feature, winners, changes),
    findCodeFlaws(feature, winners),
    readStarts(feature, judged),
    findUnlikeScripts(feature, judged, plan),
    listUnusableExperiments(workspace, feature_id, new Set(listSlugs(rows))),
  ]);
  return {
    feature_id,
    generated_at: new Date(now).toISOString(),
    rows,
    matrix: buildMatrix(rows),
    reported: buildReported(rows),
    ...recommend(rows, {
      required: plan.required,
      combinations,
      same_code,
      choice,
      is_unknown: plan.problem?.kind === "feature-unknown",
      runs: knownRuns.open_runs,
    }),
    winners: listSlugs(winners),
    ...(decision !== undefined && { decision }),
    warnings: findWarnings({
      feature,
      judged,
      plan,
      broken: [...broken.values()],
      measurements,
      unusable,
      flaws,
      same_code,
      starts,
      unlike_scripts,
      differing_tests: findDifferingTests(details.measuredCases),
    }),
    metrics,
    combinations,
    ...(asked.tests && { tests: findTestDifferences(details.cases) }),
    ...(asked.history && { history: compareHistory(records) }),
    ...(asked.schema && { schema: compareSchemas(changes) }),
  };
}

/** Orders the winners, and gathers what one may be chosen by. */
function rankWinners(
  rows: ExperimentRow[],
  { decide_by }: PlannedTags,
  { measurements, changes }: Details,
): { winners: ExperimentRow[]; metrics: MetricComparison[]; choice: Choice } {
  const { winners, isByMetrics } = orderByMetrics(selectWinners(rows), measurements, decide_by);
  const slugs = listSlugs(winners);
  const metrics = compareMetrics(measurements);
  const rivals = slugs.length > 1 ? compareMetrics(measurements, new Set(slugs)) : metrics;
  const decision = decide_by && describeDecision(decide_by, rivals);
  const by_metrics = isByMetrics ? slugs[0] : undefined;
  return { winners, metrics, choice: { by_metrics, decision, locks: countLargeTableRisks(changes) } };
}

async function readAllRecords(
  { workspace, feature_id }: FeatureRef,
  { isOver }: KnownRuns,
  onBroken: OnBroken,
): Promise<ExperimentRecords[]> {
  // One at a time: files are read synchronously, so reading a thousand at once would only use more memory.
  const records: ExperimentRecords[] = [];
  for (const ref of await listRefs(workspace, feature_id)) {
    const found = await readRecords(ref, isOver, onBroken);
    if (found !== undefined) records.push(found);
  }
  return records;
}

async function judgeAll(
  records: ExperimentRecords[],
  { activeExperiments, findRun = () => undefined }: KnownRuns,
  setting: Pick<RowSetting, "now" | "plan" | "code_directories" | "onBroken">,
): Promise<JudgedExperiment[]> {
  const owners = new Map(
    [...groupBy(records, ({ experiment }) => experiment.branch)].map(([branch, own]) => [
      branch,
      own.map(({ experiment }) => experiment.experiment_slug),
    ]),
  );
  const whole = {
    ...setting,
    activeExperiments: new Set(activeExperiments),
    contradict: (each: ExperimentRecords) => findContradiction(each, { findRun, owners }),
  };
  const judged: JudgedExperiment[] = [];
  for (const each of records) judged.push(await judgeExperiment(each, whole));
  return judged;
}
