import type { Run } from "../../../schemas/run.ts";
import { cutPaths, type ExperimentRef } from "../../experiments/layout.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { CoreError } from "../../utils/core-error.ts";
import { isLocked } from "../../utils/files/lock.ts";
import { hasEnded } from "../journal/journal.ts";

/** Finds a run that has not ended and includes any of these experiments. */
export function findOpenRun(runs: Run[], slugs: readonly string[]): Run | undefined {
  return runs.find((run) => !hasEnded(run) && listParts(run, slugs).length > 0);
}

/**
 * Refuses an operation on experiments that must not happen during a run. Call it while holding the lock for starting
 * runs, so that none starts meanwhile.
 * @throws CoreError `experiment_busy`
 */
export function refuseBusy(runs: Run[], slugs: readonly string[]): void {
  const busy = findBusy(runs, slugs);
  if (busy !== undefined) throw busy;
}

/** Returns what `refuseBusy` would throw; undefined if no run includes the experiments. */
export function findBusy(runs: Run[], slugs: readonly string[]): CoreError | undefined {
  const run = findOpenRun(runs, slugs);
  if (run === undefined) return undefined;
  return new CoreError(
    "experiment_busy",
    `Already running in ${run.run_id}: ${listParts(run, slugs).join(", ")}.`,
    {
      hint: `Wait for run ${run.run_id} to end, or cancel it.`,
      retryable: true,
    },
  );
}

/**
 * Refuses to run experiments that are being closed or whose branch is being forked.
 * @throws CoreError `experiment_busy`
 */
export async function refuseWhileForking(experiments: readonly ExperimentRef[]): Promise<void> {
  const isCut = await Promise.all(experiments.map((experiment) => isLocked(cutPaths(experiment).lock)));
  const busy = experiments.filter((_, index) => isCut[index]);
  if (busy.length === 0) return;
  const slugs = listSlugs(busy).join(", ");
  throw new CoreError("experiment_busy", `The branch of ${slugs} is being forked or deleted.`, {
    hint: "Call again in a moment.",
    retryable: true,
  });
}

function listParts({ results }: Run, slugs: readonly string[]): string[] {
  return listSlugs(results).filter((slug) => slugs.includes(slug));
}
