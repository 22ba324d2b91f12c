import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { type Run, runSchema } from "../../schemas/run.ts";
import { getMessage } from "../../src/utils/core-error.ts";
import { seededRandom } from "../support/random.ts";
import { countTemporaryFiles, findBroken, findLeft, findLost, findRunning } from "./audit.ts";
import { type Disturbance, disturbances } from "./disturb.ts";
import { feature_id, Refusal, SoakEnvironment } from "./environment.ts";
import { watchGrowth } from "./growth.ts";
import { findProcesses } from "./processes.ts";

export interface SoakReport {
  rounds: number;
  /** By outcome. */
  runs: Record<string, number>;
  /** What was broken, lost, left behind or grew; empty if all is well. */
  faults: string[];
  /** Figures for people. */
  notes: string[];
}

const pairs = 8;
const minuteMs = 60_000;

/**
 * Runs experiments on real Postgres, disturbs each run, and checks each time whether records are complete and what was
 * reported is there; finally, everything is closed and stopped, and nothing may remain.
 * @param minutes how long new rounds are started
 * @param seed determines what happens
 */
export async function soak(
  minutes: number,
  seed: number,
  print: (line: string) => void,
): Promise<SoakReport> {
  const random = seededRandom(seed);
  const environment = new SoakEnvironment();
  const report: SoakReport = { rounds: 0, runs: {}, faults: [], notes: [] };
  const growth = watchGrowth();
  const names = Object.keys(disturbances);
  const end = performance.now() + minutes * minuteMs;
  try {
    for (; performance.now() < end; report.rounds += 1) {
      const slugs = ["a", "b"].map((letter) => `exp-${letter}-${Math.floor(report.rounds / pairs)}`);
      const name = names[Math.floor(random() * names.length)] ?? "nothing";
      const run = await disturbOne(environment, slugs, disturbances[name], random);
      report.runs[run.state] = (report.runs[run.state] ?? 0) + 1;
      const faults = [...(await findBroken(environment)), ...(await findLost(environment, run))];
      report.faults.push(...faults.map((fault) => `round ${report.rounds}, ${name}: ${fault}`));
      growth.look(findProcesses(environment.folder));
      print(
        `round ${report.rounds}: ${name}: ${run.state}, ${run.results.map(({ status }) => status).join(", ")}`,
      );
      if (report.rounds % pairs === pairs - 1) await close(environment, slugs);
    }
    await finish(environment, report);
  } finally {
    await environment.stop();
    await sleep(2_000);
    report.faults.push(...findRunning(environment).map((each) => `still running: ${each}`));
    environment.remove();
  }
  const { lines, grown } = growth.report();
  report.notes.push(
    ...lines,
    ...(environment.hasDisk ? [] : ["skipped: full disks need a mount, which takes root on Linux"]),
  );
  report.faults.push(...grown.map((line) => `grew: ${line}`));
  return report;
}

/** Runs once, with one disturbance on the way. */
async function disturbOne(
  environment: SoakEnvironment,
  slugs: string[],
  disturb: Disturbance = async () => {},
  random: () => number,
): Promise<Run> {
  const run = await insist(async () => {
    const experiments = slugs.map((experiment_slug) => ({ experiment_slug }));
    const { errors } = await environment.call(cutSchema, "create_experiments", { feature_id, experiments });
    if (errors[0] !== undefined) throw new Refusal(errors[0].message);
    return environment.call(runSchema, "run_experiments", { feature_id, experiment_slugs: slugs });
  });
  await sleep(random() * 2_500);
  // A disturbance after a run's end, or of a server that is starting, is a separate one.
  await disturb(environment, run.run_id, random).catch(ignoreRefusal);
  return insist(async () => {
    const args = { run_id: run.run_id, wait_seconds: 20 };
    const now = await environment.call(runSchema, "wait_for_run", args);
    if (now.state === "running" || now.state === "queued") throw new Refusal(`${run.run_id} is ${now.state}`);
    return now;
  });
}

const cutSchema = z.object({ errors: z.array(z.object({ message: z.string() })) });

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
}

/** Repeats what may fail during a disturbance until it succeeds. @throws its last error, after three minutes */
async function insist<Result>(task: () => Promise<Result>): Promise<Result> {
  const end = performance.now() + 3 * minuteMs;
  for (;;) {
    try {
      return await task();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await sleep(200);
  }
}

async function close(environment: SoakEnvironment, experiment_slugs: string[]): Promise<void> {
  const input = { feature_id, experiment_slugs, reason: "The soak goes on.", confirm: true };
  await insist(() => environment.call(z.unknown(), "close_experiments", input));
}

/** Verifies that an undisturbed run succeeds, then closes everything and verifies that nothing remains. */
async function finish(environment: SoakEnvironment, report: SoakReport): Promise<void> {
  const slugs = ["exp-last"];
  const { results } = await disturbOne(environment, slugs, undefined, () => 0);
  for (const { status, error } of results)
    if (status !== "succeeded") report.faults.push(`the last run is ${status}: ${error?.message}`);
  const { rows } = await environment.call(rowsSchema, "compare_experiments", { feature_id });
  await close(
    environment,
    rows.map((row) => row.experiment_slug),
  ).catch((error: unknown) => report.faults.push(`closing: ${getMessage(error)}`));
  report.notes.push(`${countTemporaryFiles(environment)} temporary files were left by killed processes`);
  report.faults.push(...(await findLeft(environment)).map((each) => `left: ${each}`));
}

const rowsSchema = z.object({ rows: z.array(z.object({ experiment_slug: z.string() })) });
