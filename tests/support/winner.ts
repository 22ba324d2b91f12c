import type { ExperimentRow } from "../../schemas/comparison/comparison.ts";

/** The row of an experiment that a run counted as winning, at a commit. */
export function winner(experiment_slug: string, commit: string | null, dirty = false): ExperimentRow {
  return {
    experiment_slug,
    branch_id: experiment_slug,
    status: "succeeded",
    signal: "winning",
    evidence_state: "counted",
    evidence: { run_id: "r", cycle_id: "C1", branch: experiment_slug, commit, dirty, by_tag: {} },
    cycle_count: 1,
    artifact_count: 0,
  };
}
