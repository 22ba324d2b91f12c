import type { ExperimentRow, FlakyTest } from "../../../schemas/comparison/comparison.ts";
import type { Attempt } from "../../../schemas/experiment/attempt.ts";
import type { ExperimentOutcomes } from "../../../schemas/experiment/outcomes.ts";
import type { Cap } from "../../../schemas/plan/cap.ts";
import { findCap } from "../../experiments/timeline/cap.ts";
import { findLastAttempt } from "../../experiments/timeline/entries.ts";
import type { OnBroken } from "../../utils/files/salvage.ts";
import { applyCap } from "../verdict/cap.ts";
import type { JudgingContext } from "../verdict/judging-context.ts";
import { judge, type Verdict } from "../verdict/signals.ts";
import { countFlaky } from "../verdict/totals.ts";
import type { Contradiction } from "./contradictions.ts";
import { countOverCycles } from "./flaky-tests.ts";
import { findOutdatedTags } from "./outdated.ts";
import type { PlannedTags } from "./planned-tags.ts";
import type { ExperimentRecords } from "./records.ts";

/** What judging a row takes besides the experiment's own records. */
export interface RowSetting {
  /** In milliseconds since 1970. */
  now: number;
  /** Slugs of the experiments that a run has yet to finish. */
  activeExperiments: ReadonlySet<string>;
  plan: PlannedTags;
  /** The code folders of experiments with a worktree, by slug. Default: none has one. */
  code_directories?: ReadonlyMap<string, string>;
  /** Returns why an experiment's evidence is not trusted. */
  contradict: (records: ExperimentRecords) => Contradiction | undefined;
  onBroken: OnBroken;
}

/** An experiment's row, and why its counts may not mean what they seem to. */
export interface JudgedExperiment {
  records: ExperimentRecords;
  row: ExperimentRow;
  /** The tags whose counts do not apply to its current code, branch and plan, with the reason. */
  outdated: ReadonlyMap<string, string>;
  contradiction?: Contradiction | undefined;
}

/** Judges an experiment. If its records cannot be read, its row is `unreadable`. */
export async function judgeExperiment(
  records: ExperimentRecords,
  setting: RowSetting,
): Promise<JudgedExperiment> {
  const { plan, activeExperiments, contradict, onBroken } = setting;
  const isActive = activeExperiments.has(records.experiment.experiment_slug);
  // While a run writes, one record may be ahead of the others.
  const contradiction = isActive ? undefined : contradict(records);
  const outdated = findOutdatedTags(records, plan);
  const last_attempt = findAttempt(records);
  const steady = contradiction === undefined ? await countOverCycles(records, onBroken) : undefined;
  const outcomes = steady?.outcomes ?? records.outcomes;
  const capped = findCap(records.timeline, plan.per_experiment, outcomes?.capped);
  const judged = judgeRecords({ ...records, outcomes }, isActive, {
    required: plan.required,
    planned: plan.planned,
    outdated,
    reported: Object.keys(records.reported ?? {}),
    contradiction: contradiction?.reason,
    trouble: last_attempt && `${last_attempt.error.code}: ${last_attempt.error.message}`,
  });
  const verdict = applyCap(judged, capped);
  const row = buildRow(
    records,
    { outcomes, verdict, capped, last_attempt, flaky_tests: steady?.flaky_tests },
    setting,
  );
  return { records, row, outdated, contradiction };
}

/** Returns what prevented the last run from measuring it, unless a later attempt in the same run succeeded. */
function findAttempt({ timeline, outcomes }: ExperimentRecords): Attempt | undefined {
  const attempt = findLastAttempt(timeline);
  const measured = Object.entries(outcomes?.evidence?.by_tag ?? {}).filter(
    ([, { state }]) => state === "evidence",
  );
  const isOvercome = measured.some(
    ([tag, { source }]) => tag === attempt?.tag && source?.run_id === attempt.run_id,
  );
  return isOvercome ? undefined : attempt;
}

function judgeRecords(
  { outcomes, problem, isInterrupted }: ExperimentRecords,
  isActive: boolean,
  context: JudgingContext,
): Verdict {
  if (problem !== undefined) return { signal: "unreadable", evidence_state: "none", reason: problem };
  const verdict = judge(outcomes, context);
  if (isActive && verdict.signal !== "running") {
    // Until its turn comes, its record is that of the previous cycle.
    return { ...verdict, signal: "running", reason: "it is waiting for its turn in a run" };
  }
  if (outcomes === undefined || !isInterrupted) return verdict;
  const soFar = judge({ ...outcomes, status: "succeeded" }, context);
  const reason = "its run ended before it was finished";
  return soFar.signal === "failing" ? soFar : { ...verdict, signal: "no_evidence", reason };
}

interface Judgement {
  outcomes: ExperimentOutcomes | undefined;
  verdict: Verdict;
  capped: Cap | undefined;
  last_attempt: Attempt | undefined;
  flaky_tests: FlakyTest[] | undefined;
}

function buildRow(
  {
    experiment,
    timeline,
    cutAt,
    isInterrupted,
    duration_ms,
    artifact_count,
    reported = {},
    outcomes: recorded,
  }: ExperimentRecords,
  { outcomes, verdict, capped, last_attempt, flaky_tests = [] }: Judgement,
  { now, code_directories }: RowSetting,
): ExperimentRow {
  const { signal, evidence_state, reason, tags_not_run } = verdict;
  const flaky = outcomes === undefined ? 0 : countFlaky(outcomes);
  // Without a spread, because V8 takes ten times as long to build an object of this size with one.
  return {
    experiment_slug: experiment.experiment_slug,
    branch_id: experiment.branch,
    code_directory: code_directories?.get(experiment.experiment_slug),
    branch_age_ms: cutAt === undefined ? undefined : Math.max(0, Math.round(now - cutAt)),
    // If the run is over, `running` says nothing about how it went.
    status: isInterrupted ? "unknown" : (recorded?.status ?? "unknown"),
    signal,
    evidence_state,
    reason,
    tags_not_run,
    last_attempt,
    capped,
    tests_passed: outcomes?.tests_passed,
    tests_failed: outcomes?.tests_failed,
    flaky: flaky > 0 ? flaky : undefined,
    flaky_tests: flaky_tests.length > 0 ? flaky_tests : undefined,
    by_tag: outcomes?.by_tag,
    evidence: outcomes?.evidence,
    reported: Object.keys(reported).length > 0 ? reported : undefined,
    duration_ms,
    cycle_count: timeline.length,
    artifact_count,
    schema_diff_summary: outcomes?.schema_diff_summary,
    code_diff_lines: outcomes?.code_diff_lines,
    code_diff: outcomes?.code_diff,
  };
}
