import { isUnderWay, type Run } from "../../../schemas/run.ts";
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
  return selectActiveRuns(workspace, await listRuns(workspace), featureId, concluding);
}

/** The same of runs that were just read: all of the workspace. */
export function selectActiveRuns(
  workspace: string,
  runs: readonly Run[],
  featureId: string,
  concluding?: string,
): ActiveRuns {
  const open = runs.filter(
    (run) =>
      run.kind === undefined && run.feature_id === featureId && !hasEnded(run) && run.run_id !== concluding,
  );
  const known = new Map(runs.map((run) => [run.run_id, run]));
  return {
    activeExperiments: open
      .flatMap((run) => run.results)
      .filter(isUnderWay)
      .map((result) => result.experiment_slug),
    open_runs: open.map((run) => run.run_id),
    isOver: async (runId) => runId === concluding || readRun(workspace, runId).then(hasEnded, () => true),
    findRun: (runId) => known.get(runId),
  };
}
