import type { ExperimentOutcomes } from "../../schemas/outcomes.ts";
import { byTagSchema } from "../../schemas/outcomes.ts";
import { CoreError } from "../core-error.ts";
import { listArtifactNames } from "../experiments/artifacts.ts";
import type { Experiment } from "../experiments/experiments.ts";
import { modifiedAt } from "../experiments/files.ts";
import { readRuntime, readTimeline, type TimelineEntry } from "../experiments/history.ts";
import { experimentPaths } from "../experiments/layout.ts";
import { readOutcomes } from "../experiments/outcomes.ts";

/** All that a comparison needs of one experiment, read once. */
export interface ExperimentRecords {
  experiment: Experiment;
  /** Undefined where nothing ran yet. */
  outcomes?: ExperimentOutcomes | undefined;
  timeline: TimelineEntry[];
  duration_ms?: number | undefined;
  /** The names of its artifacts, by cycle. */
  artifacts: Map<string, string[]>;
  /** When its branch was recorded, in milliseconds since 1970. */
  recordedAt?: number | undefined;
  /** Why a record could not be read; then nothing of the others counts either. */
  problem?: string;
}

/** Reads an experiment's records. One that is broken is a `problem`, never an error: the others still compare. */
export async function readRecords(experiment: Experiment): Promise<ExperimentRecords> {
  const artifacts = await listArtifactNames(experiment);
  const recordedAt = modifiedAt(experimentPaths(experiment).branch);
  const found = { experiment, artifacts, recordedAt };
  try {
    const [outcomes, timeline, duration_ms] = await Promise.all([
      readOutcomes(experiment),
      readTimeline(experiment),
      readRuntime(experiment),
    ]);
    return { ...found, outcomes, timeline, duration_ms };
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return { ...found, timeline: [], problem: error.message };
  }
}

/** The cycle whose outcome counts: the one that its evidence names, else the last of its timeline. */
export function currentCycle({ outcomes, timeline }: ExperimentRecords): string | undefined {
  const last = timeline.at(-1)?.cycle_id;
  return outcomes?.evidence?.cycle_id ?? (typeof last === "string" ? last : undefined);
}

/** What each cycle counted, oldest first. The kit's entries have no counts and are passed over. */
export function countedCycles({ timeline }: ExperimentRecords) {
  return timeline.flatMap((entry) => {
    const counted = byTagSchema.safeParse(entry.by_tag);
    return counted.success ? [counted.data] : [];
  });
}
