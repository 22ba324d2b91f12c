import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { type Run, runSchema } from "../schemas/run.ts";
import { planPath } from "../src/experiments/layout.ts";
import { readOutcomes } from "../src/experiments/outcomes/outcomes.ts";
import { print } from "./print.ts";

const dist = resolve("dist");
const feature_id = "F1";
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
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "bench-calls-")));
  // As root, Postgres runs as a different user, who needs access to its home.
  chmodSync(folder, 0o755);
  const log = join(folder, "calls");
  const cli = writeSlowCli(folder, log, delay);
  const workspace = openWorkspace(join(folder, "shop"));
  const env = { ...getDefaultEnvironment(), LAKEBASE_LOCAL_HOME: join(folder, "home") };
  const client = new Client({ name: "bench", version: "1" });
  try {
    const server = { LAKEBASE_WORKSPACE: workspace, LAKEBASE_CLI: cli };
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [join(dist, "main.js")],
        env: { ...env, ...server },
      }),
    );
    const call = async (name: string, args: object) => {
      const options = { timeout: 300_000 };
      const { structuredContent } = await client.callTool(
        { name, arguments: { ...args } },
        undefined,
        options,
      );
      return structuredContent;
    };
    const experiments = slugs.map((experiment_slug) => ({ experiment_slug }));
    await call("create_experiments", { feature_id, experiments });
    for (const which of ["first", "second"]) {
      writeFileSync(log, "");
      let run = runSchema.parse(await call("run_experiments", { feature_id }));
      while (run.state === "queued" || run.state === "running")
        run = runSchema.parse(await call("wait_for_run", { run_id: run.run_id, wait_seconds: 45 }));
      await report(`calls of ${delay} s, ${which} run`, run, workspace, readFileSync(log, "utf8"));
    }
  } finally {
    await client.close();
    execFileSync(process.execPath, [join(dist, "lakebase-local.js"), "stop"], { env, stdio: "ignore" });
    rmSync(folder, { recursive: true, force: true });
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

function writeSlowCli(folder: string, log: string, delay: number): string {
  const path = join(folder, "cli");
  const emulator = `"${process.execPath}" "${join(dist, "lakebase-local.js")}"`;
  writeFileSync(path, `#!/bin/sh\necho "$1 $2 $3" >> "${log}"\nsleep ${delay}\nexec ${emulator} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

function openWorkspace(workspace: string): string {
  const plan = { budget: { concurrent_branches: cap }, suites: { api: suite } };
  mkdirSync(dirname(planPath(workspace, feature_id)), { recursive: true });
  writeFileSync(planPath(workspace, feature_id), JSON.stringify(plan));
  const git = (...words: string[]) => execFileSync("git", words, { cwd: workspace });
  git("init", "-q", "-b", "main");
  git(
    "-c",
    "user.name=bench",
    "-c",
    "user.email=bench@localhost",
    "commit",
    "-q",
    "--allow-empty",
    "-m",
    "Begin",
  );
  return workspace;
}

await main();
