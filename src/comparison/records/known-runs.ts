import type { Run } from "../../../schemas/run.ts";

/** What the runs of a workspace tell a comparison, which reads records alone. */
export interface KnownRuns {
  /** Slugs of experiments whose part in a run is still to end. */
  activeExperiments: readonly string[];
  /** The ids of the runs that they are in. */
  open_runs?: readonly string[];
  /** Whether a run is over. */
  isOver: (runId: string) => Promise<boolean>;
  /** A run by its journal, where it is there. */
  findRun?: (runId: string) => Run | undefined;
}
