import type { ExperimentRow } from "../../schemas/comparison.ts";
import type { ExperimentRecords } from "./records.ts";
import { judge, type Verdict } from "./signals.ts";

/** The row of an experiment. Records that cannot be read make it `unreadable`. */
export function rowOf(records: ExperimentRecords, now: number): ExperimentRow {
  const { experiment, outcomes, timeline, problem, recordedAt } = records;
  const { signal, evidence_state, reason } = problem === undefined ? judge(outcomes) : unreadable(problem);
  // Without a spread: V8 makes a row this long from one ten times as slowly.
  return {
    experiment_slug: experiment.experiment_slug,
    branch_id: experiment.branch,
    branch_age_ms: recordedAt === undefined ? undefined : Math.max(0, Math.round(now - recordedAt)),
    status: outcomes?.status ?? "unknown",
    signal,
    evidence_state,
    reason,
    tests_passed: outcomes?.tests_passed,
    tests_failed: outcomes?.tests_failed,
    by_tag: outcomes?.by_tag,
    evidence: outcomes?.evidence,
    duration_ms: records.duration_ms,
    cycle_count: timeline.length,
    artifact_count: records.artifact_count,
    schema_diff_summary: outcomes?.schema_diff_summary,
    code_diff_lines: outcomes?.code_diff_lines,
    code_diff: outcomes?.code_diff,
  };
}

function unreadable(reason: string): Verdict {
  return { signal: "unreadable", evidence_state: "none", reason };
}
