import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import PQueue from "p-queue";
import type { Run } from "../schemas/run.ts";
import { median } from "../src/comparison/statistics/sample.ts";
import { experimentPaths } from "../src/experiments/layout.ts";
import { Permits } from "../src/runs/worker/permits.ts";
import { RunStateWriter } from "../src/runs/worker/run-state-writer.ts";
import { runExperimentsInParallel } from "../src/runs/worker/schedule.ts";
import { concurrently, type Place } from "../src/runs/worker/turns.ts";
import { writeJson } from "../src/utils/files/json.ts";
import { print } from "./support/print.ts";
import { timed } from "./support/timed.ts";

const experiments = Array.from({ length: 64 }, (_, index) => `exp-${index}`);
const taskMs = 100;
const caps = [1, 8, 32];
const rounds = 3;

/** A run's overhead: 64 experiments of 100 ms, at several limits, as multiples of the ideal. */
async function main(): Promise<void> {
  print(
    `${experiments.length} experiments of ${taskMs} ms each; wall time / ideal, the median of ${rounds} rounds`,
  );
  for (const cap of caps) {
    const found: Record<string, number[]> = {};
    for (let round = 0; round < rounds; round++) {
      for (const [name, run] of Object.entries(ways)) {
        const milliseconds = await inWorkspace((workspace) => timed(() => run(cap, workspace)));
        found[name] = [...(found[name] ?? []), milliseconds];
      }
    }
    const ratios = Object.entries(found).map(([name, times]) => `${name} ${ratio(cap, median(times))}`);
    print(`cap ${cap}: ${ratios.join(", ")}`);
  }
  const cost = { durable: await timeRecords(true), plain: await timeRecords(false) };
  print(
    `the final records of an experiment, on disk: ${cost.durable.toFixed(1)} ms; only written: ${cost.plain.toFixed(1)} ms`,
  );
}

/** Returns the median time to write an experiment's final records, in milliseconds. */
function timeRecords(durable: boolean): Promise<number> {
  return inWorkspace(async (workspace) => {
    const paths = experimentPaths({ workspace, feature_id: "F1", experiment_slug: "exp-1" });
    const write = async () => {
      for (const path of [paths.outcomes, paths.runtime, paths.timeline])
        await writeJson(path, newRun(1), { durable });
    };
    const times: number[] = [];
    while (times.length < 20) times.push(await timed(write));
    return median(times);
  });
}

/**
 * Starting with the scheduler, each adds to the one before. Timers fire late, so the same waits in plain loops are the
 * best possible.
 */
const ways: Record<string, (cap: number, workspace: string) => Promise<unknown>> = {
  "plain loops": plainLoops,
  "p-queue": plainQueue,
  scheduler: (cap) => scheduled(concurrently(new Permits({ most: cap }))),
  "and permits": (cap, workspace) => scheduled(sharedPlace(cap, workspace)),
  "and journal": (cap, workspace) => journalled(cap, workspace, sharedPlace(cap, workspace)),
};

async function plainLoops(cap: number): Promise<void> {
  const open = [...experiments];
  const loop = async () => {
    while (open.pop() !== undefined) await sleep(taskMs);
  };
  await Promise.all(Array.from({ length: cap }, loop));
}

async function plainQueue(concurrency: number): Promise<void> {
  const queue = new PQueue({ concurrency });
  await queue.addAll(experiments.map(() => () => sleep(taskMs)));
}

function scheduled(place: Place): Promise<unknown> {
  return runExperimentsInParallel({ experiments, place, run: () => sleep(taskMs) });
}

/** Permits shared by all runs of a feature, acquired as the worker does. */
function sharedPlace(cap: number, workspace: string): Place {
  const { signal } = new AbortController();
  const shared = { directory: join(workspace, "slots"), permits: cap, signal };
  return concurrently(new Permits({ most: cap, shared }));
}

/** Writes every step and result to the journal, as the worker does. */
async function journalled(cap: number, workspace: string, place: Place): Promise<void> {
  const state = new RunStateWriter(workspace, newRun(cap));
  await runExperimentsInParallel({
    experiments,
    place,
    run: async (slug) => {
      state.updateResult(slug, { status: "running", step: "api" });
      await sleep(taskMs);
    },
    onSettled: ({ experiment_slug, duration_ms }) =>
      state.updateResult(experiment_slug, { status: "succeeded", step: undefined, duration_ms }),
  });
  await state.flush();
}

async function inWorkspace<Value>(task: (workspace: string) => Promise<Value>): Promise<Value> {
  const workspace = await mkdtemp(join(tmpdir(), "bench-overhead-"));
  try {
    return await task(workspace);
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

function newRun(concurrency: number): Run {
  const results = experiments.map((experiment_slug) => ({
    experiment_slug,
    status: "queued" as const,
    by_tag: {},
  }));
  return {
    run_id: "run-20260101T000000-00000000",
    feature_id: "F1",
    cycle_id: "C1",
    state: "running",
    concurrency,
    created_at: new Date().toISOString(),
    results,
    peak_in_flight: 0,
    total_duration_ms: 0,
    budget: {
      concurrent_branches: concurrency,
      branches: experiments.length,
      max_branches: experiments.length,
      wall_clock_minutes: 30,
      minutes_left: 30,
    },
  };
}

function ratio(cap: number, milliseconds: number): string {
  return (milliseconds / (Math.ceil(experiments.length / cap) * taskMs)).toFixed(3);
}

await main();
