import type { Plan } from "../../../schemas/plan/plan.ts";
import type { Run, TaskKind } from "../../../schemas/run.ts";
import type { Context } from "../../context.ts";
import { type Experiment, getExperiment, listExperiments } from "../../experiments/experiments.ts";
import { CoreError } from "../../utils/core-error.ts";
import { withLock } from "../../utils/files/lock.ts";
import { createJournal, hasEnded, listRuns, makeRun, startLock } from "../journal/journal.ts";
import { refuseBusy, refuseWhileForking } from "./busy.ts";
import { startWorker } from "./launch.ts";

/** A task for one experiment that its own worker performs, other than running suites. */
export interface TaskInput {
  kind: TaskKind;
  experiment: Experiment;
  plan: Plan;
  cycle_id: string;
  /** How long it may take. */
  minutes: number;
  /** Writes the record that the task works from, under the lock for starting runs; if it throws, nothing is started. */
  record: (run: Run) => Promise<void>;
}

/**
 * Starts a task as a run of its own kind, which can be waited for and cancelled, and returns immediately.
 * @throws CoreError `experiment_busy`, `experiment_closed`, `closing_unfinished`, `promotion_running`, `locked`,
 *   `worker_not_started`, and whatever `record` throws
 */
export async function startTask(context: Context, input: TaskInput): Promise<Run> {
  const { workspace, signal } = context;
  const { kind, experiment, plan, cycle_id, minutes, record } = input;
  const { feature_id, experiment_slug } = experiment;
  const branches = (await listExperiments(workspace, feature_id)).length;
  const { concurrent_branches, max_branches } = plan.budget;
  return withLock(startLock(workspace), signal, async () => {
    const runs = await listRuns(workspace);
    refuseBusy(
      runs.filter((run) => run.feature_id === feature_id),
      [experiment_slug],
    );
    await refuseWhileForking([experiment]);
    // It may have been closed while we waited.
    await getExperiment(experiment);
    if (kind === "promotion") refuseTwo(runs);
    const budget = { concurrent_branches, branches, max_branches };
    const run = makeRun({
      ...{ kind, feature_id, cycle_id, concurrency: 1 },
      results: [{ experiment_slug, status: "queued", by_tag: {} }],
      budget: { ...budget, wall_clock_minutes: minutes, minutes_left: minutes },
    });
    await record(run);
    await createJournal(workspace, run, { plan, tags: Object.keys(plan.suites), repeat: 1, quiet: false });
    await startWorker(context, run.run_id);
    return run;
  });
}

/** Refuses a second promotion: even of different features, two may share the git branch and the database branch. */
function refuseTwo(runs: Run[]): void {
  const other = runs.find((run) => run.kind === "promotion" && !hasEnded(run));
  if (other === undefined) return;
  const slug = other.results[0]?.experiment_slug;
  const what = `${slug} of ${other.feature_id} is being promoted in ${other.run_id}.`;
  throw new CoreError("promotion_running", what, {
    hint: `Wait for run ${other.run_id} to end, then call again.`,
    retryable: true,
  });
}
