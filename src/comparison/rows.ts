import type { ExperimentRow } from "../../schemas/comparison.ts";
import type { ExperimentRecords } from "./records.ts";
import { judge } from "./signals.ts";

/** The row of an experiment. Records that cannot be read make it `unreadable`. */
export function rowOf(records: ExperimentRecords, now: number): ExperimentRow {
  const { experiment, outcomes, timeline, artifacts, problem, recordedAt } = records;
  const shared = {
    experiment_slug: experiment.experiment_slug,
    branch_id: experiment.branch,
    cycle_count: timeline.length,
    artifact_count: [...artifacts.values()].reduce((sum, names) => sum + names.length, 0),
    branch_age_ms: recordedAt === undefined ? undefined : Math.max(0, Math.round(now - recordedAt)),
  };
  if (problem !== undefined) {
    return { ...shared, status: "unknown", signal: "unreadable", evidence_state: "none", reason: problem };
  }
  return {
    ...shared,
    status: outcomes?.status ?? "unknown",
    ...judge(outcomes),
    tests_passed: outcomes?.tests_passed,
    tests_failed: outcomes?.tests_failed,
    schema_diff_summary: outcomes?.schema_diff_summary,
    code_diff_lines: outcomes?.code_diff_lines,
    code_diff: outcomes?.code_diff,
    by_tag: outcomes?.by_tag,
    evidence: outcomes?.evidence,
    duration_ms: records.duration_ms,
  };
}
