import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import PQueue from "p-queue";
import type { Run } from "../schemas/run.ts";
import { RunStateWriter } from "../src/runs/worker/run-state-writer.ts";
import { runExperimentsInParallel } from "../src/runs/worker/schedule.ts";
import { withPermit } from "../src/runs/worker/semaphore.ts";
import { besideOthers, type Place } from "../src/runs/worker/turns.ts";
import { print } from "./print.ts";
import { timed } from "./timed.ts";

const experiments = Array.from({ length: 64 }, (_, index) => `exp-${index}`);
const taskMs = 100;
const caps = [1, 8, 32];

/** A run's overhead: 64 experiments of 100 ms, at several caps, as multiples of what their places allow. */
async function main(): Promise<void> {
  print(`${experiments.length} experiments of ${taskMs} ms each; wall time / ideal`);
  for (const cap of caps) {
    // A timer fires late by itself: the same waits in plain loops are what can be reached.
    const reachable = ratio(cap, await timed(() => plainLoops(cap)));
    const queue = ratio(cap, await timed(() => plainQueue(cap)));
    const scheduler = ratio(cap, await timed(() => scheduled(cap)));
    const withJournal = (place?: (workspace: string) => Place) =>
      inWorkspace((workspace) => timed(() => journalled(cap, workspace, place?.(workspace))));
    const journal = ratio(cap, await withJournal());
    const slots = ratio(cap, await withJournal((workspace) => sharedPlace(cap, workspace)));
    print(
      `cap ${cap}: plain loops ${reachable}, p-queue ${queue}, scheduler ${scheduler}, and journal ${journal}, and slots ${slots}`,
    );
  }
}

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

async function scheduled(cap: number): Promise<void> {
  await runExperimentsInParallel({ experiments, concurrency: cap, run: () => sleep(taskMs) });
}

/** Places that all runs of a feature share, as the worker takes them. */
function sharedPlace(cap: number, workspace: string): Place {
  const { signal } = new AbortController();
  return besideOthers((task) => withPermit(join(workspace, "slots"), cap, signal, task));
}

/** Every step and result in the journal, as the worker writes them. */
async function journalled(cap: number, workspace: string, place?: Place): Promise<void> {
  const board = new RunStateWriter(workspace, newRun(cap));
  await runExperimentsInParallel({
    experiments,
    concurrency: cap,
    ...(place !== undefined && { place }),
    run: async (slug) => {
      board.updateResult(slug, { status: "running", step: "api" });
      await sleep(taskMs);
    },
    onSettled: ({ experiment_slug, duration_ms }) =>
      board.updateResult(experiment_slug, { status: "succeeded", step: undefined, duration_ms }),
  });
  await board.flush();
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
