import type { Run } from "../../../schemas/run.ts";

/** The runs of a workspace as a comparison needs to know them; it reads no journals itself. */
export interface KnownRuns {
  /** Slugs of the experiments that a run has yet to finish. */
  activeExperiments: readonly string[];
  /** The ids of those runs. */
  open_runs?: readonly string[];
  /** Whether a run is over. */
  isOver: (runId: string) => Promise<boolean>;
  /** Looks up a run's journal; undefined if there is none. */
  findRun?: (runId: string) => Run | undefined;
}
