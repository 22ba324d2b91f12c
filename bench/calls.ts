import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import PQueue from "p-queue";
import type { Run } from "../schemas/run.ts";
import { print } from "./support/print.ts";
import { timed } from "./support/timed.ts";
import { Workspace } from "./support/workspace.ts";

const dist = resolve("dist");
const slugs = Array.from({ length: 8 }, (_, index) => `exp-${index}`);
const cap = 2;
const suiteMs = 1_000;

/** Appends when its process started and ended to the file `suites` beside the workspace. */
const source = `
setTimeout(() => {
  const line = performance.timeOrigin + " " + (performance.timeOrigin + performance.now()) + "\\n";
  require("node:fs").appendFileSync(process.env.MAIN_CHECKOUT + "/../suites", line);
}, ${suiteMs});`;
const suite = { command: [process.execPath, "suite.cjs"], report: { format: "exit-code" } };

/** Each run, and how long after the one before, in milliseconds. Few callers have read its results at once. */
const runs = { "the first time": 0, "again at once": 0, "again after a pause": 3_000 };

/**
 * What a run spends on Lakebase: CLI processes, and the time outside the suites, in the first run of some experiments and
 * in later ones, at once and after a pause, through an executable that adds a delay to every call. Calls that request
 * logins to new branches may still be under way when the first run starts, and are counted where they start. The time is
 * a client's: from its call of `run_experiments` to the answer that says the run has finished. The suites' own time is
 * what the same commands take right afterwards, as many at once, started by a bare p-queue.
 */
async function main(): Promise<void> {
  print(`${slugs.length} experiments with a suite of ${suiteMs} ms, cap ${cap}`);
  for (const delay of [0.1, 1]) await measure(delay);
}

async function measure(delay: number): Promise<void> {
  const plan = { budget: { concurrent_branches: cap }, suites: { api: suite } };
  const workspace = await Workspace.open(plan, { "suite.cjs": source }, (folder) => ({
    LAKEBASE_CLI: writeSlowCli(folder, delay),
  }));
  const logs = { calls: join(workspace.folder, "calls"), suites: join(workspace.folder, "suites") };
  try {
    await workspace.create(slugs);
    print(`calls of ${delay} s, creating: ${countCalls(readFileSync(logs.calls, "utf8"))}`);
    for (const [which, pauseMs] of Object.entries(runs)) {
      await sleep(pauseMs);
      for (const log of Object.values(logs)) writeFileSync(log, "");
      const begin = Date.now();
      let run: Run | undefined;
      const took = await timed(async () => {
        run = await workspace.run();
      });
      checkMeasured(run);
      print(`calls of ${delay} s, run ${which}: ${countCalls(readFileSync(logs.calls, "utf8"))}`);
      const log = readFileSync(logs.suites, "utf8");
      const alone = await timed(() => runAlone(workspace));
      print(
        `  ${seconds(took)}, ${percent(1 - alone / took)} of it outside the suites, which take ${seconds(alone)} alone`,
      );
      print(`  ${describeTimes(begin, took, log)}`);
    }
  } finally {
    await workspace.close();
  }
}

/** Runs the suites without experiments. */
async function runAlone({ path, env }: Workspace): Promise<void> {
  const [program = "", ...args] = suite.command;
  const queue = new PQueue({ concurrency: cap });
  const options = { cwd: path, env: { ...env, MAIN_CHECKOUT: path } };
  await queue.addAll(slugs.map(() => () => execa(program, args, options)));
}

function checkMeasured(run: Run | undefined): void {
  const broken = run?.results.find(({ status }) => status !== "succeeded");
  if (run?.state !== "finished" || broken !== undefined)
    throw new Error(`not measured: ${JSON.stringify(broken)}`);
}

function countCalls(log: string): string {
  const names = log.trim().split("\n");
  const ofExperiments = names.filter((name) => !/list-branches|current-user|describe|production/.test(name));
  return `${names.length} CLI processes, ${ofExperiments.length / slugs.length} for each experiment`;
}

/**
 * Describes when no suite's program ran, which includes the start and the end of its process.
 * @param took how long the run took, in milliseconds, from `begin`, which is in milliseconds since the epoch
 */
function describeTimes(begin: number, took: number, log: string): string {
  const suites = log
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number));
  const first = Math.min(...suites.map(([start = 0]) => start));
  const last = Math.max(...suites.map(([, end = 0]) => end));
  const programs = suites.reduce((sum, [start = 0, end = 0]) => sum + end - start, 0) / cap;
  const between = last - first - programs;
  const parts = `${seconds(first - begin)} before the first, ${seconds(between)} between, ${seconds(begin + took - last)} after the last`;
  return `outside their programs: ${percent(1 - programs / took)}, ${parts}`;
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;
const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

/** Writes an executable that notes each call in the file `calls` and calls the emulator after the delay in seconds. */
function writeSlowCli(folder: string, delay: number): string {
  const path = join(folder, "cli");
  const emulator = `"${process.execPath}" "${join(dist, "lakebase-local.js")}"`;
  const log = join(folder, "calls");
  writeFileSync(path, `#!/bin/sh\necho "$1 $2 $3" >> "${log}"\nsleep ${delay}\nexec ${emulator} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

await main();
