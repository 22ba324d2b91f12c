import * as z from "zod";
import type { ExperimentOutcomes } from "../../schemas/outcomes.ts";
import { byTagSchema } from "../../schemas/outcomes.ts";
import { CoreError } from "../core-error.ts";
import { listArtifactNames } from "../experiments/artifacts.ts";
import type { Experiment } from "../experiments/experiments.ts";
import { modifiedAt } from "../experiments/files.ts";
import { readRuntime, readTimeline, type TimelineEntry } from "../experiments/history.ts";
import { experimentPaths } from "../experiments/layout.ts";
import { readOutcomes } from "../experiments/outcomes.ts";

const countedCycleSchema = z.object({
  by_tag: byTagSchema,
  /** By tag, how many tests both failed and passed. */
  flaky: z.record(z.string(), z.number()).default({}),
});

/** All that a comparison needs of one experiment, read once. */
export interface ExperimentRecords {
  experiment: Experiment;
  /** Undefined where nothing ran yet. */
  outcomes?: ExperimentOutcomes | undefined;
  timeline: TimelineEntry[];
  duration_ms?: number | undefined;
  artifact_count: number;
  /** The cycle whose outcome counts, with the names of its artifacts; undefined where there was none. */
  current?: { cycle_id: string; artifacts: string[] } | undefined;
  /** When its branch was recorded, in milliseconds since 1970. */
  recordedAt?: number | undefined;
  /** Why a record could not be read; then nothing of the others counts either. */
  problem?: string;
}

/** Reads an experiment's records. One that is broken is a `problem`, never an error: the others still compare. */
export async function readRecords(experiment: Experiment): Promise<ExperimentRecords> {
  const artifacts = await listArtifactNames(experiment);
  const found = {
    experiment,
    artifact_count: [...artifacts.values()].reduce((sum, names) => sum + names.length, 0),
    recordedAt: modifiedAt(experimentPaths(experiment).branch),
  };
  try {
    const outcomes = await readOutcomes(experiment);
    const timeline = await readTimeline(experiment);
    const duration_ms = await readRuntime(experiment);
    const cycle_id = currentCycle(outcomes, timeline);
    const current =
      cycle_id === undefined ? undefined : { cycle_id, artifacts: artifacts.get(cycle_id) ?? [] };
    return { ...found, outcomes, timeline, duration_ms, current };
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return { ...found, timeline: [], problem: error.message };
  }
}

/** The cycle that the evidence names, else the last of the timeline. */
function currentCycle(
  outcomes: ExperimentOutcomes | undefined,
  timeline: TimelineEntry[],
): string | undefined {
  const last = timeline.at(-1)?.cycle_id;
  return outcomes?.evidence?.cycle_id ?? (typeof last === "string" ? last : undefined);
}

/** What each cycle counted, oldest first. The kit's entries have no counts and are passed over. */
export function countedCycles({ timeline }: ExperimentRecords): z.infer<typeof countedCycleSchema>[] {
  return timeline.flatMap((entry) => countedCycleSchema.safeParse(entry).data ?? []);
}
