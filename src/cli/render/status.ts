import type { ExperimentSummary, FeatureStatus } from "../../../schemas/status.ts";
import { onOneLine } from "../../utils/text/printable.ts";
import { describeMinutes } from "./describe-minutes.ts";
import { alignColumns } from "./run.ts";

/** Renders a feature and its experiments, one line each, then what it waits for and its warnings. */
export function renderFeature(status: FeatureStatus, summaries: readonly ExperimentSummary[]): string[] {
  const { feature_id, phase, open, closed, branch_minutes, waits_for, warnings } = status;
  const rows = summaries.map((each) => ["", each.experiment_slug, ...renderSummary(each)]);
  return [
    `${feature_id}: ${phase}, ${open} open, ${closed} closed, ${branch_minutes} branch-minutes`,
    ...alignColumns(rows),
    ...waits_for.map((each) => `  waits: ${onOneLine(each)}`),
    ...warnings.map((each) => `  note: ${onOneLine(each)}`),
  ];
}

function renderSummary({
  state,
  signal,
  branch,
  branch_state,
  age_minutes,
  last_run,
  closed,
}: ExperimentSummary) {
  const run = last_run === undefined ? "no run" : `${last_run.cycle_id} ${last_run.state}`;
  const there = branch_state === undefined || branch_state === "there" ? "" : ` (${branch_state})`;
  const end = closed === undefined ? "" : `${closed.status}: ${onOneLine(closed.reason)}`;
  return [signal ?? state, `${branch}${there}`, describeMinutes(age_minutes), run, end];
}
