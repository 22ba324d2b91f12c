import { isUnderWay, type Run } from "../../../schemas/run.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { hasEnded, listRuns, readRun } from "../journal/journal.ts";

/** What the runs of a workspace say about a feature's experiments. */
export interface ActiveRuns {
  /** The slugs of experiments whose part in a run has not ended, whether or not it has begun. */
  activeExperiments: string[];
  /** The ids of the runs they are in. */
  open_runs: string[];
  /** Whether a run is over, whatever ended it; an unknown run is. */
  isOver: (runId: string) => Promise<boolean>;
  /** Finds a run of any feature by its journal; undefined if there is none, as in a fresh clone. */
  findRun: (runId: string) => Run | undefined;
}

/**
 * Reads the active runs of a feature.
 * @param concluding a run that is about to end, though its journal does not say so yet
 */
export async function readActiveRuns(
  workspace: string,
  featureId: string,
  concluding?: string,
): Promise<ActiveRuns> {
  return selectActiveRuns(workspace, await listRuns(workspace), featureId, concluding);
}

/** Selects the active runs of a feature from all runs of the workspace, freshly read. */
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
    activeExperiments: listSlugs(open.flatMap((run) => run.results).filter(isUnderWay)),
    open_runs: open.map((run) => run.run_id),
    isOver: async (runId) => runId === concluding || readRun(workspace, runId).then(hasEnded, () => true),
    findRun: (runId) => known.get(runId),
  };
}
