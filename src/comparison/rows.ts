import type { ExperimentRow } from "../../schemas/comparison.ts";
import { CoreError } from "../core-error.ts";
import { countArtifacts } from "../experiments/artifacts.ts";
import type { Experiment } from "../experiments/experiments.ts";
import { readRuntime, readTimeline } from "../experiments/history.ts";
import { readOutcomes } from "../experiments/outcomes.ts";
import { judge } from "./signals.ts";

/** What the records of an experiment tell. A record that cannot be read makes its row `unreadable`, and no other. */
export async function readRow(experiment: Experiment): Promise<ExperimentRow> {
  const artifact_count = await countArtifacts(experiment);
  const head = { experiment_slug: experiment.experiment_slug, branch_id: experiment.branch };
  try {
    const [outcomes, timeline, duration_ms] = await Promise.all([
      readOutcomes(experiment),
      readTimeline(experiment),
      readRuntime(experiment),
    ]);
    return {
      ...head,
      status: outcomes?.status ?? "unknown",
      ...judge(outcomes),
      tests_passed: outcomes?.tests_passed,
      tests_failed: outcomes?.tests_failed,
      schema_diff_summary: outcomes?.schema_diff_summary,
      code_diff_lines: outcomes?.code_diff_lines,
      by_tag: outcomes?.by_tag,
      evidence: outcomes?.evidence,
      cycle_count: timeline.length,
      artifact_count,
      duration_ms,
    };
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return {
      ...head,
      status: "unknown",
      signal: "unreadable",
      evidence_state: "none",
      reason: error.message,
      cycle_count: 0,
      artifact_count,
    };
  }
}
