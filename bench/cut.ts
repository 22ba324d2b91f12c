import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { planPath } from "../src/experiments/layout.ts";
import { openLakebase } from "../src/lakebase/lakebase.ts";
import { cutExperiments } from "../src/lifecycle/create.ts";
import { print } from "./support/print.ts";
import { timed } from "./support/timed.ts";

const delayMs = 200;
const readyMs = 1_000;
const pollMs = 5_000;
const counts = [1, 4, 8];
const program = join(import.meta.dirname, "../../../bench/cut/slow-cli.mjs");

/**
 * Creates experiments' branches with an executable of fixed speed, next to a driver that looks each one up, creates it
 * and polls until it is ready: the number of CLI processes, and the time.
 */
async function main(): Promise<void> {
  print(
    `each call takes ${delayMs} ms more, a branch is ready after ${readyMs} ms, the driver polls every ${pollMs} ms`,
  );
  for (const count of counts) {
    const slugs = Array.from({ length: count }, (_, number) => `exp-${number}`);
    const ours = await measure((env) => create(slugs, env));
    const polling = await measure((env) => Promise.all(slugs.map((slug) => createByPolling(slug, env))));
    print(
      `${count} at once: ${ours.calls} processes in ${ours.time} ms; polling: ${polling.calls} in ${polling.time} ms; ` +
        `ratio ${(ours.time / polling.time).toFixed(2)}`,
    );
  }
}

type Environment = Record<string, string | undefined>;

async function measure(
  work: (env: Environment) => Promise<unknown>,
): Promise<{ calls: number; time: number }> {
  const folder = mkdtempSync(join(tmpdir(), "bench-cut-"));
  const settings = {
    SLOW_CLI: folder,
    SLOW_CLI_DELAY_MS: String(delayMs),
    SLOW_CLI_READY_MS: String(readyMs),
  };
  try {
    const time = await timed(() => work({ ...process.env, ...settings }));
    const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n").length;
    return { calls, time: Math.round(time) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function create(slugs: readonly string[], env: Environment): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), "bench-cut-shop-"));
  try {
    const path = planPath(workspace, "F1");
    mkdirSync(dirname(path), { recursive: true });
    const suite = { command: ["true"], report: { format: "exit-code" } };
    writeFileSync(
      path,
      JSON.stringify({ budget: { concurrent_branches: slugs.length }, suites: { api: suite } }),
    );
    const { errors } = await cutExperiments(
      {
        workspace,
        backend: "lakebase",
        lakebase: openLakebase({ command: [process.execPath, program], project: "p", env }),
        launch: [],
        signal: new AbortController().signal,
        progress: () => {},
      },
      {
        feature_id: "F1",
        experiments: slugs.map((experiment_slug) => ({ experiment_slug })),
        worktree: false,
      },
    );
    if (errors[0] !== undefined) throw new Error(errors[0].message);
  } finally {
    rmSync(workspace, { recursive: true });
  }
}

async function createByPolling(slug: string, env: Environment): Promise<void> {
  const call = (...words: string[]) =>
    execa(process.execPath, [program, "postgres", ...words], { env, reject: false });
  const branch = `projects/p/branches/f1--${slug}`;
  await call("get-branch", branch);
  await call("create-branch", "projects/p", `f1--${slug}`, "--no-wait");
  while ((await call("get-branch", branch)).stdout.includes('"INIT"')) await sleep(pollMs);
}

await main();
