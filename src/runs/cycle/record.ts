import type {
  Evidence,
  ExperimentOutcomes,
  ImportedPart,
  TagSource,
} from "../../../schemas/experiment/outcomes.ts";
import { experimentPaths } from "../../experiments/layout.ts";
import { readOutcomes } from "../../experiments/outcomes/outcomes.ts";
import { setRecordAside } from "../../experiments/set-aside.ts";
import { appendTimeline, readTimeline } from "../../experiments/timeline/timeline.ts";
import type { CoreError } from "../../utils/core-error.ts";
import { describeError } from "../../utils/describe-error.ts";
import { ownValue } from "../../utils/own-value.ts";
import {
  type CycleCounts,
  countFlakyByTag,
  judgeCounts,
  selectCurrent,
  selectFinished,
  selectTags,
  sumCounts,
} from "./counts.ts";
import type { Differences } from "./differences.ts";
import type { CycleIdentity, CycleSpec } from "./scope.ts";

/**
 * Reads the record as it was before the cycle; undefined if there is none. An unreadable one is set aside, because the
 * cycle writes its own in its place.
 */
export function readPrevious({
  experiment,
}: Pick<CycleSpec, "experiment">): Promise<ExperimentOutcomes | undefined> {
  return readOutcomes(experiment).catch(async () => {
    await setRecordAside(experimentPaths(experiment).outcomes);
    return undefined;
  });
}

/** Describes the source of a tag's counts: the cycle that made them. */
export function describeSource({ runId, cycleId, tree, branch }: CycleIdentity, suite: string): TagSource {
  return { run_id: runId, cycle_id: cycleId, ...tree, branch_uid: branch.uid, suite };
}

/**
 * Returns the counts of the interrupted run that this one finishes. Counts belong to the code and branch they were made
 * with: a different commit, a change to a clean tree, or a branch that was forked again starts over.
 */
export function restoreCounts(scope: CycleIdentity, previous: ExperimentOutcomes | undefined): CycleCounts {
  const { request, tree, branch } = scope;
  const evidence = previous?.evidence;
  const isSame =
    evidence?.commit === tree.commit &&
    evidence.dirty === tree.dirty &&
    (evidence.branch_uid ?? branch.uid) === branch.uid;
  if (previous === undefined || evidence === undefined || evidence.run_id !== request.resumes || !isSame)
    return { by_tag: {}, evidence: {} };
  const counts = selectFinished(previous);
  for (const tag of Object.values(counts.evidence)) {
    if (tag.source === undefined) continue;
    const { suite, origin } = tag.source;
    tag.source = { ...describeSource(scope, suite), ...(origin !== undefined && { origin }) };
  }
  return counts;
}

/**
 * Builds the record of a cycle: what it counted, plus the last counts on this branch of the tags it did not count. A
 * tag whose suite could not be run keeps its earlier counts too; their source says where they come from.
 */
export function mergeOutcomes(
  scope: CycleIdentity,
  previous: ExperimentOutcomes | undefined,
  counts: CycleCounts,
  { differences, isRunning }: { differences: Differences; isRunning: boolean },
): ExperimentOutcomes {
  const { runId, cycleId, experiment, tree, branch } = scope;
  const kept = selectKept(scope, previous, counts);
  const merged: CycleCounts = {
    by_tag: { ...kept.by_tag, ...counts.by_tag },
    evidence: { ...counts.evidence, ...kept.evidence },
    setup_failed: counts.setup_failed,
  };
  const evidence: Evidence = {
    run_id: runId,
    cycle_id: cycleId,
    branch: experiment.branch,
    branch_uid: branch.uid,
    ...tree,
    by_tag: merged.evidence,
    setup_failed: merged.setup_failed,
  };
  const current = selectCurrent(merged, evidence);
  const isPassed = judgeCounts(current) === "succeeded";
  return {
    ...previous,
    // An experiment that has run is no longer capped.
    capped: undefined,
    schema_diff_summary: undefined,
    code_diff: undefined,
    code_diff_lines: undefined,
    ...differences,
    status: isRunning ? "running" : isPassed ? "succeeded" : "failed",
    ...sumCounts(current.by_tag),
    by_tag: merged.by_tag,
    evidence,
  };
}

/**
 * Selects the earlier counts to keep: those of this branch whose tags this cycle has not counted, for whatever reason.
 */
function selectKept(
  { branch }: CycleIdentity,
  previous: ExperimentOutcomes | undefined,
  { evidence }: CycleCounts,
): CycleCounts {
  const isOpen = (tag: string) => {
    const own = ownValue(evidence, tag);
    return own === undefined || own.unfinished === true || own.code !== undefined;
  };
  const isOfBranch = (uid: string | null) => uid === null || branch.uid === null || uid === branch.uid;
  const { by_tag = {}, evidence: earlier } = previous ?? {};
  return selectTags(
    { by_tag, evidence: earlier?.by_tag ?? {} },
    ({ state, source }, tag) =>
      state === "evidence" && source !== undefined && isOfBranch(source.branch_uid) && isOpen(tag),
  );
}

/** Whether a cycle found out anything: a count, or that a suite or the setup produced none. */
export function hasFindings({ evidence, setup_failed }: CycleCounts): boolean {
  const isFinding = ({ code, unfinished }: { code?: string | undefined; unfinished?: boolean | undefined }) =>
    code === undefined && unfinished !== true;
  return setup_failed !== undefined || Object.values(evidence).some(isFinding);
}

/** Records in the timeline what prevented a cycle, or one of its tags, from being measured. */
export async function recordAttempt(
  { experiment, cycleId, runId }: CycleSpec,
  error: CoreError,
  tag?: string,
): Promise<void> {
  const ts = new Date().toISOString();
  const about = { cycle_id: cycleId, run_id: runId, ...(tag !== undefined && { tag }) };
  await appendTimeline(experiment, { ts, kind: "attempt", ...about, error: describeError(error) });
}

/** How a cycle ended. */
interface CycleEnd {
  status: string;
  duration_ms: number;
  /** The runs whose bundles contributed parts of it. */
  imported?: readonly ImportedPart[];
}

/** Appends the cycle to the timeline, once, even if the run that finished it was interrupted before it could do so. */
export async function closeCycle(
  { experiment, cycleId, runId, request, tree, branch }: CycleIdentity,
  counts: CycleCounts,
  { status, duration_ms, ...more }: CycleEnd,
): Promise<void> {
  // Others write entries without a run.
  const runs: unknown[] = [runId, request.resumes].filter((id) => id !== undefined);
  const isClosed = (await readTimeline(experiment)).some(
    ({ kind, cycle_id, run_id }) => kind === "cycle" && cycle_id === cycleId && runs.includes(run_id),
  );
  if (isClosed) return;
  const suites = Object.entries(counts.evidence).flatMap(([tag, { source }]) =>
    source === undefined ? [] : [[tag, source.suite]],
  );
  const durations = Object.entries(counts.evidence).flatMap(([tag, { duration_ms }]) =>
    duration_ms === undefined ? [] : [[tag, duration_ms]],
  );
  await appendTimeline(experiment, {
    ts: new Date().toISOString(),
    kind: "cycle",
    cycle_id: cycleId,
    run_id: runId,
    status,
    by_tag: counts.by_tag,
    ...countFlakyByTag(counts),
    duration_ms,
    ...tree,
    branch_uid: branch.uid,
    suites: Object.fromEntries(suites),
    durations: Object.fromEntries(durations),
    ...more,
  });
}
