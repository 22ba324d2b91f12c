import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { listRuns } from "../src/runs/journal/journal.ts";
import { print } from "./support/print.ts";
import { feature_id, reportTests, suite, Workspace } from "./support/workspace.ts";

const jobs = 6;
const sleepMs = 1_000;
const workerCounts = [1, 2, 3];

const dist = join(import.meta.dirname, "../../../dist");
const queueEnv = { LAKEBASE_QUEUE_URL: "lakebase://queue" };

/** Suites that sleep instead of using the CPU, so that three workers fit on two cores. */
const sources = {
  "sleep.cjs": `setTimeout(() => {${reportTests(1)}}, ${sleepMs});`,
  "nothing.cjs": reportTests(1),
};

/**
 * The throughput of one to three workers next to what their number allows, and what the queue adds to a job that does
 * next to nothing.
 */
async function main(): Promise<void> {
  const workspace = await Workspace.open(
    {
      budget: { concurrent_branches: jobs, max_branches: jobs },
      suites: {
        sleep: { ...suite, command: ["node", "sleep.cjs"] },
        nothing: { ...suite, command: ["node", "nothing.cjs"] },
      },
    },
    sources,
  );
  const endings: (() => Promise<void>)[] = [];
  try {
    const create = [join(dist, "lakebase-local.js"), "postgres", "create-project", "queue"];
    await execa(process.execPath, create, { env: workspace.env });
    await workspace.create(Array.from({ length: jobs }, (_, number) => `exp-${number}`));
    print(`${jobs} jobs; each worker runs one at a time`);
    for (const count of workerCounts) {
      endings.push(await startWorker(workspace));
      // A new worker makes its worktrees the first time.
      await runQueued(workspace, "nothing");
      if (count === 1) await printOverhead(workspace);
      const tookMs = await runQueued(workspace, "sleep");
      const idealMs = Math.ceil(jobs / count) * sleepMs;
      print(
        `workers: ${count}; suites that sleep ${sleepMs} ms: ${rate(tookMs)} jobs/s; ideal ${rate(idealMs)}; ` +
          `ratio ${(idealMs / tookMs).toFixed(2)}`,
      );
    }
  } finally {
    await Promise.all(endings.map((end) => end()));
    await workspace.close();
  }
}

async function printOverhead(workspace: Workspace): Promise<void> {
  const queued = (await runQueued(workspace, "nothing")) / jobs;
  const local = (await runSuites(workspace, "nothing", {})) / jobs;
  print(
    `suites that do nothing, one at a time: ${queued.toFixed(0)} ms each on the queue, ${local.toFixed(0)} ms without; ` +
      `the queue's own ${(queued - local).toFixed(0)} ms`,
  );
}

/** Starts a worker, and waits until it looks for jobs. @returns what ends it */
async function startWorker({ path, env }: Workspace): Promise<() => Promise<void>> {
  const worker = execa(
    process.execPath,
    [join(dist, "main.js"), "--workspace", path, "work", "--idle", "1"],
    {
      env: { ...env, ...queueEnv },
      stdin: "ignore",
      reject: false,
    },
  );
  let output = "";
  for (const stream of [worker.stdout, worker.stderr])
    stream.on("data", (chunk) => {
      output += String(chunk);
    });
  while (!output.includes("takes jobs from the queue")) {
    if (worker.exitCode !== null) throw new Error(`The worker ended: ${output}`);
    await sleep(50);
  }
  return async () => {
    worker.kill("SIGTERM");
    await worker;
  };
}

function runQueued(workspace: Workspace, tag: string): Promise<number> {
  return runSuites(workspace, tag, queueEnv);
}

/** Runs one suite of all experiments. @returns how long the run took, in milliseconds */
async function runSuites(
  { path, env }: Workspace,
  tag: string,
  more: Record<string, string>,
): Promise<number> {
  // The limit of a run on this machine; on the queue it is the number of workers.
  const limit = more === queueEnv ? [] : ["--concurrency", "1"];
  const words = ["--workspace", path, "run", feature_id, "--tags", tag, ...limit];
  await execa(process.execPath, [join(dist, "main.js"), ...words], {
    env: { ...env, ...more },
    stdin: "ignore",
  });
  const runs = await listRuns(path);
  const last = runs.toSorted((a, b) => a.created_at.localeCompare(b.created_at)).at(-1);
  if (last === undefined) throw new Error("There is no run.");
  return last.total_duration_ms;
}

const rate = (milliseconds: number) => (jobs / (milliseconds / 1000)).toFixed(2);

await main();
