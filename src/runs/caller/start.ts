import type { Plan } from "../../../schemas/plan/plan.ts";
import type { Run } from "../../../schemas/run.ts";
import type { Context } from "../../context.ts";
import { refuseMoreBranches } from "../../experiments/branches/refuse-more-branches.ts";
import { type Experiment, listExperiments } from "../../experiments/experiments.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { readPlan } from "../../experiments/plan.ts";
import { nextCycle } from "../../experiments/timeline/list-cycles.ts";
import { CoreError } from "../../utils/core-error.ts";
import { withLock } from "../../utils/files/lock.ts";
import {
  createJournal,
  listRuns,
  makeRun,
  type RunRequest,
  startLock,
  writeRun,
} from "../journal/journal.ts";
import {
  type RunInput,
  resolveConcurrency,
  resolveCycle,
  resolveExperiments,
  resolveRepeat,
  resolveTags,
} from "../journal/request.ts";
import { refuseBusy, refuseWhileForking } from "./busy.ts";
import { findCapped, refuseCapped } from "./capped.ts";
import { startWorker } from "./launch.ts";
import { warnOfOtherDatabases } from "./other-databases.ts";
import { createInitialResult, findResumable } from "./resumable.ts";
import { selectFailed } from "./select-failed.ts";

/**
 * Starts a run and returns immediately: the work is done by a detached worker, which outlives this process. If the
 * feature's last run was interrupted and covers this request, its cycle is finished instead, keeping what was counted.
 * @throws CoreError `unknown_feature`, `invalid_plan`, `unknown_experiment`, `no_experiments`, `unknown_tag`,
 *   `invalid_concurrency`, `invalid_repeat`, `invalid_name`, `experiment_busy`, `budget_spent`, `nothing_failed`,
 *   `locked`; nothing is started in that case
 */
export async function startRun(context: Context, input: RunInput): Promise<Run> {
  const { workspace, signal } = context;
  const plan = await readPlan(workspace, input.feature_id);
  const concurrency = resolveConcurrency(plan, input);
  const tags = resolveTags(plan, input.tags);
  const repeat = resolveRepeat(input.repeat);
  await resolveExperiments(workspace, input);
  const databases = await warnOfOtherDatabases(workspace, plan);
  const cycle = resolveCycle(input.cycle_id);
  // Only one call at a time may check and claim the experiments, in whichever process.
  return withLock(startLock(workspace), signal, async () => {
    // Read again, because a branch may have been forked again while we waited.
    const all = await resolveExperiments(workspace, input);
    const runs = await listRuns(workspace, input.feature_id);
    refuseBusy(runs, listSlugs(all));
    await refuseWhileForking(all);
    const selected = input.only_failed ? await selectFailed(all, plan, tags) : undefined;
    const { experiments, failed_tags, warnings = [] } = selected ?? { experiments: all };
    const notes = [...warnings, ...databases];
    const branch_uids = listUids(experiments);
    const { quiet = false, job } = input;
    const request = { plan, tags, failed_tags, repeat, quiet, branch_uids, job };
    const resumed = await findResumable(workspace, runs, experiments, request, cycle);
    const capped = await findCapped(experiments, plan);
    const results = experiments.map(({ experiment_slug }) =>
      createInitialResult(experiment_slug, resumed, capped),
    );
    refuseCapped(results);
    const run = makeRun({
      feature_id: input.feature_id,
      cycle_id: resumed?.cycle_id ?? cycle ?? (await nextCycle(experiments)),
      concurrency,
      results,
      budget: await readBudget(workspace, input.feature_id, plan, resumed),
      resumes: resumed?.run_id,
      ...(notes.length > 0 && { warnings: notes }),
      ...(failed_tags !== undefined && { only_failed: true }),
    });
    await closeInterrupted(workspace, runs);
    await createJournal(workspace, run, { ...request, resumes: resumed?.run_id });
    await startWorker(
      context,
      run.run_id,
      Object.values(branch_uids).flatMap((uid) => uid ?? []),
    );
    return run;
  });
}

function listUids(experiments: Experiment[]): NonNullable<RunRequest["branch_uids"]> {
  const uids = experiments.map(({ experiment_slug, branch_uid = null }) => [experiment_slug, branch_uid]);
  return Object.fromEntries(uids);
}

/**
 * Ends interrupted runs in their journals: a worker that was started for one and comes late finds its run ended, and
 * exits.
 */
async function closeInterrupted(workspace: string, runs: Run[]): Promise<void> {
  const interrupted = runs.filter(({ state }) => state === "interrupted");
  await Promise.all(interrupted.map((run) => writeRun(workspace, run)));
}

/** @throws CoreError `budget_spent` */
async function readBudget(
  workspace: string,
  featureId: string,
  { budget: { concurrent_branches, wall_clock_minutes, max_branches } }: Plan,
  resumed: Run | undefined,
): Promise<Run["budget"]> {
  const branches = (await listExperiments(workspace, featureId)).length;
  const spent = resumed === undefined ? 0 : resumed.budget.wall_clock_minutes - resumed.budget.minutes_left;
  const minutes_left = Math.max(0, wall_clock_minutes - spent);
  refuseMoreBranches(branches, max_branches, "has");
  if (minutes_left === 0) {
    const what = `The interrupted run used up its ${wall_clock_minutes} minutes.`;
    throw new CoreError("budget_spent", what, {
      hint: "Pass a new cycle_id to start over, or raise budget.wall_clock_minutes in plan.json.",
    });
  }
  return { concurrent_branches, wall_clock_minutes, max_branches, branches, minutes_left };
}
