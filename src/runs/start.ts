import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "../../schemas/plan.ts";
import type { Run } from "../../schemas/run.ts";
import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import { type Experiment, getExperiment, listExperiments } from "../experiments/experiments.ts";
import { foldersIn } from "../experiments/files.ts";
import { readTimeline } from "../experiments/history.ts";
import { experimentPaths, runDirectory } from "../experiments/layout.ts";
import { readPlan } from "../experiments/plan.ts";
import { createJournal, newRunId } from "./journal.ts";
import { checkConcurrency } from "./schedule.ts";

export interface RunInput {
  feature_id: string;
  /** Default: all experiments of the feature, by name. */
  experiment_slugs?: string[] | undefined;
  /** Default: all tags of the plan. */
  tags?: string[] | undefined;
  /** Default: the cycle after the last one, as `C3`. */
  cycle_id?: string | undefined;
  /** A smaller cap than the plan's. */
  concurrency?: number | undefined;
}

/**
 * Starts a race and returns at once: the work is done by a detached worker, which outlives this process.
 * @throws CoreError `unknown_feature`, `invalid_plan`, `unknown_experiment`, `no_experiments`, `unknown_tag`,
 *   `invalid_concurrency`; nothing is started then
 */
export async function startRun(context: Context, input: RunInput): Promise<Run> {
  const { workspace } = context;
  const plan = await readPlan(workspace, input.feature_id);
  const concurrency = capOf(plan, input.concurrency);
  const tags = tagsOf(plan, input.tags);
  const experiments = await experimentsOf(workspace, input);
  const run: Run = {
    run_id: newRunId(),
    feature_id: input.feature_id,
    cycle_id: input.cycle_id ?? (await nextCycle(experiments)),
    state: "queued",
    concurrency,
    created_at: new Date().toISOString(),
    results: experiments.map(({ experiment_slug }) => ({ experiment_slug, status: "queued", by_tag: {} })),
    peak_in_flight: 0,
    total_duration_ms: 0,
  };
  await createJournal(workspace, run, { plan, tags });
  startWorker(context, run.run_id);
  return run;
}

function capOf(plan: Plan, asked: number | undefined): number {
  const { concurrent_branches } = plan.budget;
  if (asked === undefined) return concurrent_branches;
  checkConcurrency(asked);
  return Math.min(asked, concurrent_branches);
}

function tagsOf(plan: Plan, asked: string[] | undefined): string[] {
  const known = Object.keys(plan.suites);
  const unknown = asked?.filter((tag) => !known.includes(tag)) ?? [];
  if (unknown.length === 0) return asked ?? known;
  throw new CoreError("unknown_tag", `The plan has no suite for ${unknown.join(", ")}.`, {
    hint: `Use tags of the plan: ${known.join(", ")}.`,
  });
}

async function experimentsOf(
  workspace: string,
  { feature_id, experiment_slugs }: RunInput,
): Promise<Experiment[]> {
  if (experiment_slugs !== undefined) {
    const slugs = [...new Set(experiment_slugs)];
    return Promise.all(
      slugs.map((experiment_slug) => getExperiment({ workspace, feature_id, experiment_slug })),
    );
  }
  const all = await listExperiments(workspace, feature_id);
  if (all.length > 0) return all;
  throw new CoreError("no_experiments", `Feature ${feature_id} has no experiments yet.`, {
    hint: "Make some with create_experiments.",
  });
}

/** `C<n>`, one above every numbered cycle that any of the experiments knows, so that a race shares one id. */
async function nextCycle(experiments: Experiment[]): Promise<string> {
  const known = await Promise.all(
    experiments.map(async (experiment) => [
      ...(await foldersIn(experimentPaths(experiment).artifacts)),
      ...(await readTimeline(experiment)).map(({ cycle_id }) => String(cycle_id)),
    ]),
  );
  const numbers = known.flat().map((cycle) => Number(/^C(\d{1,9})$/.exec(cycle)?.[1] ?? 0));
  return `C${Math.max(0, ...numbers) + 1}`;
}

function startWorker({ workspace, launch }: Context, runId: string): void {
  const [program = process.execPath, ...args] = launch;
  const log = openSync(join(runDirectory(workspace, runId), "worker.log"), "a");
  const worker = spawn(program, [...args, "worker", runId], {
    cwd: workspace,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  worker.unref();
}
