import type { ExperimentRow } from "../../../schemas/comparison.ts";
import { countFlaky, judge, type Verdict } from "../verdict/signals.ts";
import type { ExperimentRecords } from "./records.ts";

/** What a row needs to know beside the experiment's own records. */
export interface RowSetting {
  /** In milliseconds since 1970. */
  now: number;
  /** Slugs of experiments whose part in a run is still to end. */
  racing: ReadonlySet<string>;
  /** The plan's tags that somebody has reported: a winner has run them all. */
  expectedTags: readonly string[];
}

/** The row of an experiment. Records that cannot be read make it `unreadable`. */
export function rowOf(records: ExperimentRecords, setting: RowSetting): ExperimentRow {
  const { experiment, outcomes, timeline, cutAt } = records;
  const { now } = setting;
  const { signal, evidence_state, reason, tags_not_run } = verdictOn(records, setting);
  const flaky = outcomes === undefined ? 0 : countFlaky(outcomes);
  // Without a spread: V8 makes a row this long from one ten times as slowly.
  return {
    experiment_slug: experiment.experiment_slug,
    branch_id: experiment.branch,
    branch_age_ms: cutAt === undefined ? undefined : Math.max(0, Math.round(now - cutAt)),
    // A record that says `running` of a run that is over does not tell how it went.
    status: records.isInterrupted ? "unknown" : (outcomes?.status ?? "unknown"),
    signal,
    evidence_state,
    reason,
    tags_not_run,
    tests_passed: outcomes?.tests_passed,
    tests_failed: outcomes?.tests_failed,
    flaky: flaky > 0 ? flaky : undefined,
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

function verdictOn(
  { experiment, outcomes, problem, isInterrupted }: ExperimentRecords,
  { racing, expectedTags }: RowSetting,
): Verdict {
  if (problem !== undefined) return { signal: "unreadable", evidence_state: "none", reason: problem };
  const verdict = judge(outcomes, expectedTags);
  if (racing.has(experiment.experiment_slug) && verdict.signal !== "running") {
    // Until its turn in the race comes, its record is still that of the cycle before.
    return { ...verdict, signal: "running", reason: "it waits for its turn in a run" };
  }
  if (outcomes === undefined || !isInterrupted) return verdict;
  const soFar = judge({ ...outcomes, status: "succeeded" });
  const reason = "its run was ended before it was done";
  return soFar.signal === "failing" ? soFar : { ...verdict, signal: "no_evidence", reason };
}
