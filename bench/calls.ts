import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Run } from "../schemas/run.ts";
import { readOutcomes } from "../src/experiments/outcomes/outcomes.ts";
import { print } from "./print.ts";
import { feature_id, Workspace } from "./workspace.ts";

const dist = resolve("dist");
const slugs = Array.from({ length: 8 }, (_, index) => `exp-${index}`);
const cap = 2;
const suiteMs = 1_000;
const suite = {
  command: [process.execPath, "-e", `setTimeout(() => {}, ${suiteMs})`],
  report: { format: "exit-code" },
};

/**
 * What a run spends on Lakebase: CLI processes by name, and the time outside the suites, in the first and second run of
 * the same experiments, through an executable that adds a delay to every call.
 */
async function main(): Promise<void> {
  print(`${slugs.length} experiments with a suite of ${suiteMs} ms, cap ${cap}`);
  for (const delay of [0.1, 1]) await measure(delay);
}

async function measure(delay: number): Promise<void> {
  const plan = { budget: { concurrent_branches: cap }, suites: { api: suite } };
  const workspace = await Workspace.open(plan, {}, (folder) => ({
    LAKEBASE_CLI: writeSlowCli(folder, delay),
  }));
  const log = join(workspace.folder, "calls");
  try {
    await workspace.create(slugs);
    for (const which of ["first", "second"]) {
      writeFileSync(log, "");
      const run = await workspace.run();
      await report(`calls of ${delay} s, ${which} run`, run, workspace.path, readFileSync(log, "utf8"));
    }
  } finally {
    await workspace.close();
  }
}

async function report(title: string, run: Run, workspace: string, log: string): Promise<void> {
  const broken = run.results.filter(({ status }) => status !== "succeeded");
  if (broken.length > 0) throw new Error(`not measured: ${JSON.stringify(broken[0])}`);
  const names = log.trim().split("\n");
  const ofExperiments = names.filter((name) => !/list-branches|current-user|describe|production/.test(name));
  const outcomes = await Promise.all(
    slugs.map((experiment_slug) => readOutcomes({ workspace, feature_id, experiment_slug })),
  );
  const suites = sum(outcomes.map((each) => each?.evidence?.by_tag?.api?.durations_ms?.[0] ?? 0));
  const turns = sum(run.results.map(({ duration_ms = 0 }) => duration_ms));
  const ideal = (slugs.length / cap) * suiteMs;
  print(
    `${title}: ${names.length} CLI processes, ${ofExperiments.length / slugs.length} for each experiment`,
  );
  print(
    `  of its turn, an experiment spends ${percent(1 - suites / turns)} outside its suite; ` +
      `wall time / ideal ${(run.total_duration_ms / ideal).toFixed(2)}`,
  );
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

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
