import type { ComparisonReport } from "../../schemas/comparison.ts";
import { listExperiments } from "../experiments/experiments.ts";
import { readPlan } from "../experiments/plan.ts";
import { ifWhole } from "./if-whole.ts";
import { buildMatrix } from "./matrix.ts";
import { compareMetrics, orderByMetrics, readMetrics } from "./metrics.ts";
import { recommend } from "./recommend.ts";
import { readRecords } from "./records.ts";
import { rowOf } from "./rows.ts";
import { winnersOf } from "./signals.ts";
import { findSmells } from "./smells.ts";

export interface ComparisonInput {
  /** Absolute path of the main checkout. */
  workspace: string;
  feature_id: string;
}

/** The experiments of a feature side by side, and what to do next. Reads records, changes nothing. */
export async function compareExperiments({
  workspace,
  feature_id,
}: ComparisonInput): Promise<ComparisonReport> {
  const experiments = await listExperiments(workspace, feature_id);
  const records = await Promise.all(experiments.map(readRecords));
  const now = Date.now();
  const rows = records.map((each) => rowOf(each, now));
  const metrics = compareMetrics((await Promise.all(records.map(readMetrics))).flat());
  // A comparison needs no plan: the kit's features may lack one, and a broken one is for the next run to refuse.
  const plan = await ifWhole(readPlan(workspace, feature_id));
  const winners = winnersOf(rows).map((row) => row.experiment_slug);
  return {
    feature_id,
    generated_at: new Date(now).toISOString(),
    rows,
    matrix: buildMatrix(rows),
    ...recommend(rows),
    winners: orderByMetrics(winners, metrics),
    smells: findSmells(records, plan),
    metrics,
  };
}
