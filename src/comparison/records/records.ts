import type { ExperimentOutcomes } from "../../../schemas/experiment/outcomes.ts";
import type { ReportedTag } from "../../../schemas/experiment/reported.ts";
import { listArtifactNames } from "../../experiments/artifacts/artifacts.ts";
import { readBranchRecord } from "../../experiments/branches/branch-record.ts";
import { type Experiment, findExperiment } from "../../experiments/experiments.ts";
import { type ExperimentRef, experimentPaths, schemaDifferenceName } from "../../experiments/layout.ts";
import { readOutcomes } from "../../experiments/outcomes/outcomes.ts";
import { readReported } from "../../experiments/outcomes/reported.ts";
import { readRuntime, readTimeline, type TimelineEntry } from "../../experiments/timeline/timeline.ts";
import { CoreError } from "../../utils/core-error.ts";
import { modifiedAt } from "../../utils/files/files.ts";
import { ifWhole, type OnBroken } from "../../utils/files/salvage.ts";

/** An experiment whose record names no branch that could be read. */
interface UnreadableExperiment extends ExperimentRef {
  branch: "";
  branch_uid?: undefined;
}

/** All that a comparison needs of one experiment, read once. */
export interface ExperimentRecords {
  experiment: Experiment | UnreadableExperiment;
  /** Undefined where nothing ran yet. */
  outcomes?: ExperimentOutcomes | undefined;
  /** By tag, what was reported of suites that ran elsewhere. */
  reported?: Record<string, ReportedTag> | undefined;
  timeline: TimelineEntry[];
  duration_ms?: number | undefined;
  artifact_count: number;
  /** The artifacts that belong to what counts, each with its cycle. */
  artifacts: { cycle_id: string; name: string }[];
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
 * @param onBroken hears of what could not be read and costs the row nothing else
 */
export async function readRecords(
  ref: ExperimentRef,
  isOver: (runId: string) => Promise<boolean> = async () => false,
  onBroken?: OnBroken,
): Promise<ExperimentRecords | undefined> {
  const first = await readOnce(ref, onBroken);
  const runId = runningIn(first);
  if (runId === undefined || !(await isOver(runId))) return first;
  // The run may have written its last word between our two looks.
  const second = await readOnce(ref, onBroken);
  return second && { ...second, isInterrupted: runningIn(second) === runId };
}

/** The run that a record says it is running in. */
function runningIn(records: ExperimentRecords | undefined): string | undefined {
  const { status, evidence } = records?.outcomes ?? {};
  return status === "running" ? evidence?.run_id : undefined;
}

async function readOnce(ref: ExperimentRef, onBroken?: OnBroken): Promise<ExperimentRecords | undefined> {
  let found: ExperimentRecords = {
    experiment: { ...ref, branch: "" },
    timeline: [],
    artifact_count: 0,
    artifacts: [],
  };
  try {
    const experiment = await findExperiment(ref);
    if (experiment === undefined) return undefined;
    found = { ...found, experiment, cutAt: modifiedAt(experimentPaths(experiment).branch) };
    await ifWhole(experimentPaths(experiment).branchRecord, () => readBranchRecord(experiment), onBroken);
    const byCycle = await listArtifactNames(experiment);
    const artifact_count = [...byCycle.values()].reduce((sum, names) => sum + names.length, 0);
    found = { ...found, artifact_count };
    const { reported: path } = experimentPaths(experiment);
    found = { ...found, reported: await ifWhole(path, () => readReported(experiment, onBroken), onBroken) };
    const outcomes = await readOutcomes(experiment, onBroken);
    const timeline = await readTimeline(experiment, onBroken);
    found = { ...found, timeline, cutAt: cutIn(timeline) ?? found.cutAt };
    // A new branch sets the outcomes of the old one aside; what else the old one left says nothing of it.
    if (outcomes === undefined) return found;
    const duration_ms = await readRuntime(experiment, onBroken);
    return { ...found, outcomes, duration_ms, artifacts: findCounted(outcomes, timeline, byCycle) };
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return { ...found, timeline: [], problem: error.message };
  }
}

/** The kit's timeline begins with the cut. A copy of its records has new dates on its files. */
function cutIn(timeline: TimelineEntry[]): number | undefined {
  const ts = Date.parse(timeline.find(({ kind }) => kind === "cut")?.ts ?? "");
  return Number.isNaN(ts) ? undefined : ts;
}

/**
 * What the cycle left that counts, which is another for each tag where they were not counted together: an earlier run
 * of one cycle may have run other tags. Without evidence, all of the last cycle.
 */
function findCounted(
  { evidence, schema_diff_summary }: ExperimentOutcomes,
  timeline: TimelineEntry[],
  byCycle: Map<string, string[]>,
): ExperimentRecords["artifacts"] {
  const select = (cycle_id: string, isCounted: (name: string) => boolean) =>
    (byCycle.get(cycle_id) ?? []).filter(isCounted).map((name) => ({ cycle_id, name }));
  if (evidence === undefined) {
    const last = timeline.at(-1)?.cycle_id;
    return typeof last === "string" ? select(last, () => true) : [];
  }
  const isDifference = (name: string) => name === schemaDifferenceName && schema_diff_summary !== undefined;
  return [
    ...select(evidence.cycle_id, isDifference),
    ...Object.entries(evidence.by_tag).flatMap(([tag, { source = evidence }]) =>
      select(source.cycle_id, (name) => name.startsWith(tag) && /^[./]/.test(name.slice(tag.length))),
    ),
  ];
}
