import type { ExperimentOutcomes } from "../../../schemas/experiment/outcomes.ts";
import type { ReportedTag } from "../../../schemas/experiment/reported.ts";
import type { WorktreeRecord } from "../../../schemas/experiment/worktree-record.ts";
import { listArtifactNames } from "../../experiments/artifacts/artifacts.ts";
import { readWorktreeRecord } from "../../experiments/code/worktree-record.ts";
import { type Experiment, findExperiment } from "../../experiments/experiments.ts";
import {
  casesName,
  type ExperimentRef,
  experimentPaths,
  schemaDifferenceName,
} from "../../experiments/layout.ts";
import { readOutcomes } from "../../experiments/outcomes/outcomes.ts";
import { readReported } from "../../experiments/outcomes/reported.ts";
import { readRuntime, readTimeline, type TimelineEntry } from "../../experiments/timeline/timeline.ts";
import { CoreError, ignoreCoreError } from "../../utils/core-error.ts";
import { lookInto, readModificationTime } from "../../utils/files/files.ts";
import { type OnBroken, readIfValid } from "../../utils/files/salvage.ts";
import { rememberUnchanged } from "./unchanged-records.ts";

/** An experiment whose branch could not be read from its record. */
interface UnreadableExperiment extends ExperimentRef {
  branch: "";
  branch_uid?: undefined;
  fork?: undefined;
}

/** All that a comparison needs to know about one experiment, read once. */
export interface ExperimentRecords {
  experiment: Experiment | UnreadableExperiment;
  /** Null or undefined if it has none, or if its record cannot be read. */
  worktree?: WorktreeRecord | null | undefined;
  /** Undefined if nothing has run yet. */
  outcomes?: ExperimentOutcomes | undefined;
  /** Reports of suites that ran elsewhere, by tag. */
  reported?: Record<string, ReportedTag> | undefined;
  timeline: TimelineEntry[];
  duration_ms?: number | undefined;
  artifact_count: number;
  /** The artifacts behind the current counts, each with its cycle. */
  artifacts: { cycle_id: string; name: string }[];
  /** The cycles with a list of tests among their artifacts; undefined if that is unknown. */
  listed_cycles?: ReadonlySet<string>;
  /** When its branch was cut, in milliseconds since 1970. */
  cutAt?: number | undefined;
  /** The record says `running`, but its run is over, so it will never be completed. */
  isInterrupted?: boolean;
  /** Why a record could not be read; none of the others count then. */
  problem?: string;
}

/**
 * Reads an experiment's records; undefined if there is no such experiment. A broken record becomes a `problem`, never
 * an error, so that the others can still be compared.
 * @param isOver whether a run is over
 * @param onBroken called for each file that could not be read but costs the row nothing else
 */
export async function readRecords(
  ref: ExperimentRef,
  isOver: (runId: string) => Promise<boolean> = async () => false,
  onBroken?: OnBroken,
): Promise<ExperimentRecords | undefined> {
  const first = await readUnlessUnchanged(ref, onBroken);
  const runId = findRunningRun(first);
  if (runId === undefined || !(await isOver(runId))) return first;
  // The run may have finished between the first read and `isOver`.
  const second = await readUnlessUnchanged(ref, onBroken);
  return second && { ...second, isInterrupted: findRunningRun(second) === runId };
}

const readUnlessUnchanged = rememberUnchanged(
  (ref: ExperimentRef) => experimentPaths(ref).directory,
  readOnce,
);

/** Returns the run that a record claims to be running in. */
function findRunningRun(records: ExperimentRecords | undefined): string | undefined {
  const { status, evidence } = records?.outcomes ?? {};
  return status === "running" ? evidence?.run_id : undefined;
}

async function readOnce(ref: ExperimentRef, onBroken: OnBroken): Promise<ExperimentRecords | undefined> {
  const found: ExperimentRecords = {
    experiment: { ...ref, branch: "" },
    timeline: [],
    artifact_count: 0,
    artifacts: [],
  };
  try {
    const paths = experimentPaths(ref);
    const look = lookInto(paths.directory);
    found.worktree = await readWorktreeRecord(ref, look).catch(ignoreCoreError);
    const experiment = await findExperiment(ref, onBroken, look);
    if (experiment === undefined) return undefined;
    found.experiment = experiment;
    found.cutAt = readModificationTime(paths.branch);
    // A clone has none, and failing to list a folder takes longer than listing one.
    const hasArtifacts = look(paths.artifacts) !== undefined;
    const byCycle = hasArtifacts ? await listArtifactNames(ref) : new Map<string, string[]>();
    for (const names of byCycle.values()) found.artifact_count += names.length;
    found.listed_cycles = findListedCycles(byCycle);
    found.reported = await readIfValid(paths.reported, () => readReported(ref, onBroken, look), onBroken);
    const outcomes = await readOutcomes(ref, onBroken, look);
    found.timeline = await readTimeline(ref, onBroken, look);
    found.cutAt = findCutTime(found.timeline) ?? found.cutAt;
    // Outcomes are set aside when the branch is replaced; whatever else the old branch left does not apply.
    if (outcomes === undefined) return found;
    found.outcomes = outcomes;
    found.duration_ms = await readRuntime(ref, onBroken, look);
    found.artifacts = findCounted(outcomes, found.timeline, byCycle);
    return found;
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return { ...found, timeline: [], problem: error.message };
  }
}

/** The kit's timeline begins with the cut. File dates are less reliable: they change when records are copied. */
function findCutTime(timeline: TimelineEntry[]): number | undefined {
  const ts = Date.parse(timeline.find(({ kind }) => kind === "cut")?.ts ?? "");
  return Number.isNaN(ts) ? undefined : ts;
}

function findListedCycles(byCycle: Map<string, string[]>): Set<string> {
  const isList = (name: string) => name.endsWith(casesName(""));
  return new Set([...byCycle].filter(([, names]) => names.some(isList)).map(([cycle]) => cycle));
}

/**
 * Finds the artifacts behind the current counts. They may come from a different cycle for each tag, since an earlier
 * run may have run other tags. Without evidence, all artifacts of the last cycle.
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
