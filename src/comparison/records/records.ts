import type { ExperimentOutcomes } from "../../../schemas/outcomes.ts";
import { listArtifactNames } from "../../experiments/artifacts.ts";
import { isOfCurrentCode } from "../../experiments/current-code.ts";
import { type Experiment, findExperiment } from "../../experiments/experiments.ts";
import { readRuntime, readTimeline, type TimelineEntry } from "../../experiments/history.ts";
import { type ExperimentRef, experimentPaths, schemaDifferenceName } from "../../experiments/layout.ts";
import { readOutcomes } from "../../experiments/outcomes.ts";
import { CoreError } from "../../utils/core-error.ts";
import { modifiedAt } from "../../utils/files.ts";

/** All that a comparison needs of one experiment, read once. */
export interface ExperimentRecords {
  experiment: Experiment;
  /** Undefined where nothing ran yet. */
  outcomes?: ExperimentOutcomes | undefined;
  timeline: TimelineEntry[];
  duration_ms?: number | undefined;
  artifact_count: number;
  /** The cycle whose outcome counts, with the names of what belongs to that; undefined where there was none. */
  current?: { cycle_id: string; artifacts: string[] } | undefined;
  /** When its branch was cut, in milliseconds since 1970. */
  cutAt?: number | undefined;
  /** Its record says `running`, and the run that wrote so is over: nothing will come of it. */
  isInterrupted?: boolean;
  /** Why a record could not be read; then nothing of the others counts either. */
  problem?: string;
}

/**
 * Reads an experiment's records; undefined where there is no experiment. One that is broken is a `problem`, never an
 * error: the others still compare.
 * @param isOver whether a run is over
 */
export async function readRecords(
  ref: ExperimentRef,
  isOver: (runId: string) => Promise<boolean> = async () => false,
): Promise<ExperimentRecords | undefined> {
  const first = await readOnce(ref);
  const runId = runningIn(first);
  if (runId === undefined || !(await isOver(runId))) return first;
  // The run may have written its last word between our two looks.
  const second = await readOnce(ref);
  return second && { ...second, isInterrupted: runningIn(second) === runId };
}

/** The run that a record says it is running in. */
function runningIn(records: ExperimentRecords | undefined): string | undefined {
  const { status, evidence } = records?.outcomes ?? {};
  return status === "running" ? evidence?.run_id : undefined;
}

async function readOnce(ref: ExperimentRef): Promise<ExperimentRecords | undefined> {
  let found: ExperimentRecords = { experiment: { ...ref, branch: "" }, timeline: [], artifact_count: 0 };
  try {
    const experiment = await findExperiment(ref);
    if (experiment === undefined) return undefined;
    found = { ...found, experiment, cutAt: modifiedAt(experimentPaths(experiment).branch) };
    const artifacts = await listArtifactNames(experiment);
    const artifact_count = [...artifacts.values()].reduce((sum, names) => sum + names.length, 0);
    found = { ...found, artifact_count };
    const outcomes = withoutOutdated(await readOutcomes(experiment));
    const timeline = await readTimeline(experiment);
    found = { ...found, timeline, cutAt: cutIn(timeline) ?? found.cutAt };
    // A new branch sets the outcomes of the old one aside; what else the old one left says nothing of it.
    if (outcomes === undefined) return found;
    const duration_ms = await readRuntime(experiment);
    return { ...found, outcomes, duration_ms, current: currentCycle(outcomes, timeline, artifacts) };
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return { ...found, timeline: [], problem: error.message };
  }
}

/** Counts of other code than the last run found say nothing of the experiment as it is. */
function withoutOutdated(outcomes: ExperimentOutcomes | undefined): ExperimentOutcomes | undefined {
  const { evidence, by_tag = {} } = outcomes ?? {};
  if (outcomes === undefined || evidence === undefined) return outcomes;
  const outdated = Object.entries(evidence.by_tag).filter(([, tag]) => !isOfCurrentCode(evidence, tag));
  if (outdated.length === 0) return outcomes;
  const isCurrent = ([tag]: [string, unknown]) => !outdated.some(([each]) => each === tag);
  const current = Object.fromEntries(Object.entries(by_tag).filter(isCurrent));
  return {
    ...outcomes,
    tests_passed: undefined,
    tests_failed: undefined,
    by_tag: current,
    evidence: { ...evidence, by_tag: Object.fromEntries(Object.entries(evidence.by_tag).filter(isCurrent)) },
  };
}

/** The kit's timeline begins with the cut. A copy of its records has new dates on its files. */
function cutIn(timeline: TimelineEntry[]): number | undefined {
  const ts = Date.parse(timeline.find(({ kind }) => kind === "cut")?.ts ?? "");
  return Number.isNaN(ts) ? undefined : ts;
}

/** The cycle that the evidence names, else the last of the timeline. */
function currentCycle(
  outcomes: ExperimentOutcomes,
  timeline: TimelineEntry[],
  artifacts: Map<string, string[]>,
): ExperimentRecords["current"] {
  const last = timeline.at(-1)?.cycle_id;
  const cycle_id = outcomes.evidence?.cycle_id ?? (typeof last === "string" ? last : undefined);
  if (cycle_id === undefined) return undefined;
  return {
    cycle_id,
    artifacts: (artifacts.get(cycle_id) ?? []).filter((name) => belongsTo(outcomes, name)),
  };
}

/** Whether the run that counted left an artifact: an earlier run of the same cycle may have run other tags. */
function belongsTo({ evidence, schema_diff_summary }: ExperimentOutcomes, name: string): boolean {
  if (evidence === undefined) return true;
  if (name === schemaDifferenceName) return schema_diff_summary !== undefined;
  return Object.hasOwn(evidence.by_tag, name.slice(0, name.search(/[./]/)));
}
