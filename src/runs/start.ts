import { join } from "node:path";
import type { Plan } from "../../schemas/plan.ts";
import type { Run, RunResult } from "../../schemas/run.ts";
import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import { type Experiment, listExperiments } from "../experiments/experiments.ts";
import { runsDirectory } from "../experiments/layout.ts";
import { readPlan } from "../experiments/plan.ts";
import { createJournal, hasEnded, listRuns, newRunId, readRequest } from "./journal.ts";
import { startWorker } from "./launch.ts";
import { withLock } from "./lock.ts";
import { endMarked } from "./process-tree.ts";
import { capOf, experimentsOf, nextCycle, type RunInput, tagsOf } from "./request.ts";

/**
 * Starts a race and returns at once: the work is done by a detached worker, which outlives this process. Where the
 * feature's last run was interrupted and the call asks for no more than that one did, its cycle is finished instead:
 * what was counted stays.
 * @throws CoreError `unknown_feature`, `invalid_plan`, `unknown_experiment`, `no_experiments`, `unknown_tag`,
 *   `invalid_concurrency`, `experiment_busy`, `budget_spent`; nothing is started then
 */
export async function startRun(context: Context, input: RunInput): Promise<Run> {
  const { workspace, signal } = context;
  const plan = await readPlan(workspace, input.feature_id);
  const concurrency = capOf(plan, input.concurrency);
  const tags = tagsOf(plan, input.tags);
  const experiments = await experimentsOf(workspace, input);
  const repeat = input.repeat ?? 1;
  // Whether an experiment is busy is asked and answered by one call at a time, whichever process it comes from.
  return withLock(join(runsDirectory(workspace), "start.lock"), signal, async () => {
    const runs = await listRuns(workspace, input.feature_id);
    refuseBusy(runs, experiments);
    const resumed = await findResumable(workspace, runs[0], {
      experiments,
      tags,
      repeat,
      cycle: input.cycle_id,
    });
    const run: Run = {
      run_id: newRunId(),
      feature_id: input.feature_id,
      cycle_id: resumed?.cycle_id ?? input.cycle_id ?? (await nextCycle(experiments)),
      state: "queued",
      concurrency,
      created_at: new Date().toISOString(),
      results: experiments.map(({ experiment_slug }) => resultBefore(experiment_slug, resumed)),
      peak_in_flight: 0,
      total_duration_ms: 0,
      budget: await budgetOf(workspace, input.feature_id, plan, resumed),
      resumes: resumed?.run_id,
    };
    if (resumed !== undefined) await endMarked(`${resumed.run_id}/`);
    await createJournal(workspace, run, { plan, tags, repeat, resumes: resumed?.run_id });
    await startWorker(context, run.run_id);
    return run;
  });
}

function refuseBusy(runs: Run[], experiments: Experiment[]): void {
  const slugs = experiments.map(({ experiment_slug }) => experiment_slug);
  for (const run of runs.filter((each) => !hasEnded(each))) {
    const busy = run.results
      .map(({ experiment_slug }) => experiment_slug)
      .filter((slug) => slugs.includes(slug));
    if (busy.length === 0) continue;
    throw new CoreError("experiment_busy", `${busy.join(", ")} already runs in ${run.run_id}.`, {
      hint: `wait_for_run with run_id ${run.run_id}, or end it with cancel_run.`,
      retryable: true,
    });
  }
}

/** The last run, where it was interrupted and did what is asked for now. */
async function findResumable(
  workspace: string,
  last: Run | undefined,
  asked: { experiments: Experiment[]; tags: string[]; repeat: number; cycle: string | undefined },
): Promise<Run | undefined> {
  if (last?.state !== "interrupted" || (asked.cycle ?? last.cycle_id) !== last.cycle_id) return undefined;
  const slugs = last.results.map(({ experiment_slug }) => experiment_slug);
  const request = await readRequest(workspace, last.run_id);
  const isSame =
    asked.experiments.every(({ experiment_slug }) => slugs.includes(experiment_slug)) &&
    asked.tags.every((tag) => request.tags.includes(tag)) &&
    asked.repeat === request.repeat;
  return isSame ? last : undefined;
}

function resultBefore(slug: string, resumed: Run | undefined): RunResult {
  const before = resumed?.results.find(({ experiment_slug }) => experiment_slug === slug);
  if (before?.status === "succeeded" || before?.status === "failed") return before;
  return { experiment_slug: slug, status: "queued", by_tag: {} };
}

/** @throws CoreError `budget_spent` */
async function budgetOf(workspace: string, featureId: string, plan: Plan, resumed: Run | undefined) {
  const { max_branches, wall_clock_minutes } = plan.budget;
  const branches = (await listExperiments(workspace, featureId)).length;
  const before = resumed === undefined ? wall_clock_minutes : resumed.budget.minutes_left;
  const minutes_left = Math.max(0, before - (resumed?.total_duration_ms ?? 0) / 60_000);
  if (branches > max_branches) {
    throw new CoreError(
      "budget_spent",
      `The feature has ${branches} branches; its plan allows ${max_branches}.`,
      {
        hint: "Close experiments, or raise budget.max_branches in plan.json.",
      },
    );
  }
  if (minutes_left === 0) {
    throw new CoreError("budget_spent", `The interrupted run had used its ${wall_clock_minutes} minutes.`, {
      hint: "Name a new cycle_id to begin again, or raise budget.wall_clock_minutes in plan.json.",
    });
  }
  return { branches, max_branches, minutes_left };
}
