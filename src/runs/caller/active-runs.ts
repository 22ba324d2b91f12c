import type { Run } from "../../../schemas/run.ts";
import { hasEnded, listRuns, readRun } from "../journal/journal.ts";

/** What the runs of a workspace tell of a feature's experiments. */
export interface ActiveRuns {
  /** Slugs of the experiments whose part in a run is still to end, whether it has begun or not. */
  activeExperiments: string[];
  /** The ids of the runs that they are in. */
  open_runs: string[];
  /** Whether a run is over by now, whatever ended it; one that the workspace does not know is. */
  isOver: (runId: string) => Promise<boolean>;
  /** A run of any feature as its journal tells of it; undefined where there is none, as in a fresh clone. */
  findRun: (runId: string) => Run | undefined;
}

/**
 * The runs of a feature as they stand.
 * @param concluding a run of which nothing more will come, though it does not read as ended yet
 */
export async function readActiveRuns(
  workspace: string,
  featureId: string,
  concluding?: string,
): Promise<ActiveRuns> {
  const runs = new Map((await listRuns(workspace)).map((run) => [run.run_id, run]));
  const open = [...runs.values()].filter(
    (run) =>
      run.kind === undefined && run.feature_id === featureId && !hasEnded(run) && run.run_id !== concluding,
  );
  return {
    activeExperiments: open
      .flatMap((run) => run.results)
      .filter(({ status }) => status === "queued" || status === "running")
      .map((result) => result.experiment_slug),
    open_runs: open.map((run) => run.run_id),
    isOver: async (runId) => runId === concluding || readRun(workspace, runId).then(hasEnded, () => true),
    findRun: (runId) => runs.get(runId),
  };
}
