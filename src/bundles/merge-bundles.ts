import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ImportedPart } from "../../schemas/experiment/outcomes.ts";
import type { Plan } from "../../schemas/plan/plan.ts";
import type { Run, RunResult } from "../../schemas/run.ts";
import { type Experiment, listExperiments } from "../experiments/experiments.ts";
import { cycleDirectory } from "../experiments/layout.ts";
import { writeOutcomes } from "../experiments/outcomes/outcomes.ts";
import { nextCycle } from "../experiments/timeline/list-cycles.ts";
import { writeRuntime } from "../experiments/timeline/timeline.ts";
import { judgeCounts } from "../runs/cycle/counts.ts";
import { closeCycle, mergeOutcomes, readPrevious } from "../runs/cycle/record.ts";
import type { CycleIdentity } from "../runs/cycle/scope.ts";
import { createJournal, forgetWorker, newRunId, recordWorker, writeRun } from "../runs/journal/journal.ts";
import { selectResultCounts } from "../runs/worker/run-state-writer.ts";
import { checkRecordPath } from "../utils/files/record-path.ts";
import { identifySelf } from "../utils/processes/process-identity.ts";
import { addCounts, countBundle } from "./count-bundle.ts";
import { moveArtifacts } from "./move-artifacts.ts";
import type { Bundle } from "./read-bundle.ts";
import { readDifferences } from "./read-differences.ts";
import type { RecountedTag } from "./recount.ts";

/** A bundle that fits, and what its reports show. */
export interface FittingBundle {
  bundle: Bundle;
  recounted: readonly RecountedTag[];
  experiment: Experiment;
  plan: Plan;
}

/**
 * Merges bundles of one feature into one new cycle, as a run of its own. Each experiment's artifacts, record and timeline
 * are written in this order, each atomically: `recoverImports` undoes or completes what a kill leaves between them. Call
 * it while holding the lock for starting runs.
 * @param bundles at least one, sorted by when their runs began; no two of one experiment have a tag in common
 * @param staging absolute path of a folder in the workspace's state directory
 */
export async function mergeBundles(
  workspace: string,
  bundles: readonly [FittingBundle, ...FittingBundle[]],
  staging: string,
): Promise<Run> {
  const [{ plan, experiment: first }] = bundles;
  const slugs = [...new Set(bundles.map(({ experiment }) => experiment.experiment_slug))];
  const experiments = await listExperiments(workspace, first.feature_id);
  const run = openRun(first.feature_id, plan, {
    cycle_id: await nextCycle(experiments),
    slugs,
    branches: experiments.length,
  });
  await createJournal(workspace, run, { plan, tags: Object.keys(plan.suites), repeat: 1, quiet: false });
  await recordWorker(workspace, run.run_id, await identifySelf());
  const begin = performance.now();
  const results: RunResult[] = [];
  for (const slug of slugs) {
    const own = bundles.filter(({ experiment }) => experiment.experiment_slug === slug);
    results.push(await mergeExperiment(run, own, join(staging, slug)));
  }
  const ended: Run = {
    ...run,
    state: "finished",
    results,
    total_duration_ms: Math.round(performance.now() - begin),
  };
  await writeRun(workspace, ended);
  await forgetWorker(workspace, run.run_id);
  return ended;
}

function openRun(
  feature_id: string,
  { budget }: Plan,
  { cycle_id, slugs, branches }: { cycle_id: string; slugs: readonly string[]; branches: number },
): Run {
  const { concurrent_branches, max_branches, wall_clock_minutes } = budget;
  const minutes = { wall_clock_minutes, minutes_left: wall_clock_minutes };
  return {
    run_id: newRunId(),
    kind: "imported",
    feature_id,
    cycle_id,
    state: "running",
    concurrency: 1,
    created_at: new Date().toISOString(),
    results: slugs.map((experiment_slug) => ({ experiment_slug, status: "running", by_tag: {} })),
    peak_in_flight: 1,
    total_duration_ms: 0,
    budget: { concurrent_branches, max_branches, branches, ...minutes },
  };
}

async function mergeExperiment(
  { run_id, cycle_id }: Run,
  bundles: readonly FittingBundle[],
  staged: string,
): Promise<RunResult> {
  const cycle = identifyCycle(run_id, cycle_id, bundles);
  const { experiment } = cycle;
  const counts = addCounts(
    await Promise.all(bundles.map(({ bundle, recounted }) => countBundle(cycle, bundle, recounted))),
    bundles.flatMap(({ plan }) => Object.keys(plan.suites)),
  );
  for (const { bundle, recounted } of bundles)
    await moveArtifacts(bundle, recounted, { directory: staged, runId: run_id });
  const differences = await readDifferences(cycle, staged);
  const previous = await readPrevious(cycle);
  const duration_ms = Math.max(...bundles.map(({ bundle }) => Math.round(bundle.manifest.duration_ms)));
  await placeFolder(staged, cycleDirectory(experiment, cycle_id));
  await writeOutcomes(experiment, mergeOutcomes(cycle, previous, counts, { differences, isRunning: false }));
  await writeRuntime(experiment, duration_ms);
  const status = judgeCounts(counts);
  await closeCycle(cycle, counts, { status, duration_ms, imported: bundles.map(describePart) });
  return {
    experiment_slug: experiment.experiment_slug,
    status,
    duration_ms,
    ...selectResultCounts(counts),
  };
}

function identifyCycle(runId: string, cycleId: string, [first]: readonly FittingBundle[]): CycleIdentity {
  if (first === undefined) throw new Error("There is nothing to merge.");
  const { experiment, bundle } = first;
  const { commit, branch_uid } = bundle.manifest;
  const branch = { uid: experiment.branch_uid ?? branch_uid };
  return { runId, cycleId, experiment, tree: { commit, dirty: false }, branch, request: {} };
}

/** Puts a folder in place as a whole. Anything that a kill left under its name is older. */
async function placeFolder(staged: string, target: string): Promise<void> {
  checkRecordPath(target);
  await mkdir(staged, { recursive: true });
  await mkdir(dirname(target), { recursive: true });
  await rm(target, { recursive: true, force: true });
  await rename(staged, target);
}

function describePart({ bundle: { manifest } }: FittingBundle): ImportedPart {
  const { run_id, machine, tags } = manifest;
  return { run_id, machine, tags };
}
