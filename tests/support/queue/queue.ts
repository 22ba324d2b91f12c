import { randomBytes, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { Client } from "pg";
import { inject, onTestFinished } from "vitest";
import { planSchema } from "../../../schemas/plan/plan.ts";
import { createClient } from "../../../src/lakebase/connection/client.ts";
import { connectionUrl, openConnection } from "../../../src/lakebase/connection/connection.ts";
import { openLakebase } from "../../../src/lakebase/lakebase.ts";
import { getProject } from "../../../src/lakebase/projects.ts";
import { openQueue } from "../../../src/queue/database/connect.ts";
import { enqueueJobs, enqueueRun, type NewJob, type QueuedRun } from "../../../src/queue/enqueue.ts";
import type { QueueWorker } from "../../../src/queue/workers.ts";
import { localLakebase } from "../lakebase.ts";
import { temporaryFolder } from "../machine/temporary.ts";
import { script } from "../plans.ts";
import { createProject } from "../projects.ts";
import { kill } from "../runs.ts";
import type { WorkerNetwork } from "./network.ts";

/** The emulator's project for the queues of a test file, each in a database of its own. */
const project = `queues-${randomBytes(4).toString("hex")}`;
let created: Promise<void> | undefined;

/** Creates a queue for one test. @returns its URL, with a login that lasts an hour */
export async function createQueueUrl(): Promise<string> {
  const lakebase = openLakebase({ ...localLakebase().settings, project });
  created ??= createProject(lakebase);
  await created;
  const { default_branch } = await getProject(lakebase);
  if (default_branch === null) throw new Error("The emulator's project has no default branch.");
  const connection = await openConnection(lakebase, default_branch);
  const database = `queue_${randomBytes(4).toString("hex")}`;
  const client = await createClient(connection, 60_000);
  await client.connect();
  await client.query(`create database ${database}`);
  await client.end();
  return connectionUrl({ ...connection, database });
}

/** Creates and opens a queue for one test. */
export async function openTestQueue() {
  const queue = await openQueue({ lakebase: localLakebase() }, await createQueueUrl());
  onTestFinished(queue.close);
  return queue;
}

/** Adds a run to the queue, with an experiment of one suite for each of the given jobs. */
export async function enqueueTestRun(
  queue: Awaited<ReturnType<typeof openTestQueue>>,
  run: Partial<QueuedRun> & Pick<QueuedRun, "run_id">,
  jobs: readonly Partial<NewJob>[],
): Promise<void> {
  await enqueueRun(queue, {
    ...{ project: "local", feature_id: "F1", cycle_id: "C1", machine: "laptop", plan_fingerprint: "0" },
    ...{ most_in_project: 20, most_in_feature: 20, most_in_run: 20, minutes: 30 },
    request: { plan: planSchema.parse({ suites: { api: script(""), e2e: script("") } }), repeat: 1 },
    ...run,
  });
  await enqueueJobs(
    queue,
    jobs.map((job, index) => ({
      ...{
        id: randomUUID(),
        run_id: run.run_id,
        experiment_slug: `exp-${index}`,
        tag: "api",
        branch: `f1-exp-${index}`,
      },
      ...{ branch_uid: null, git_branch: `experiment/F1/exp-${index}`, commit: "c".repeat(40) },
      ...{ base_commit: "b".repeat(40), code_file: null, failed_cases: [], seconds: 60 },
      ...job,
    })),
  );
}

export function makeWorker(machine: string, more: Partial<QueueWorker> = {}): QueueWorker {
  return {
    id: machine,
    machine,
    project: "local",
    concurrency: 4,
    tags: undefined,
    idle_seconds: 10,
    version: "test",
    ...more,
  };
}

interface WorkerOptions {
  args?: string[];
  detached?: boolean;
  env?: Record<string, string>;
  /** Default: the machine's. */
  network?: WorkerNetwork | undefined;
}

/** Starts a worker in its own clone and home, as on another machine. It is ended with the test. */
export async function startQueueWorker(
  repository: string,
  queueUrl: string,
  { args = [], detached = false, env = {}, network }: WorkerOptions = {},
) {
  const home = await temporaryFolder();
  const checkout = join(home, "checkout");
  await execa("git", ["clone", "--quiet", repository, checkout]);
  const own = [process.execPath, resolve("dist/main.js"), "--workspace", checkout, "work", ...args];
  const [program = "", ...rest] = [...(network?.command ?? []), ...own];
  const worker = execa(program, rest, {
    env: {
      HOME: home,
      LAKEBASE_QUEUE_URL: queueUrl,
      LAKEBASE_LOCAL_HOME: inject("localHome"),
      GIT_CONFIG_GLOBAL: "/dev/null",
      ...network?.env,
      ...env,
    },
    stdin: "ignore",
    reject: false,
    cleanup: !detached,
    // It gives its jobs back before it ends.
    forceKillAfterDelay: false,
  });
  let [output, errors] = ["", ""];
  worker.stdout.on("data", (chunk) => {
    output += String(chunk);
  });
  worker.stderr.on("data", (chunk) => {
    output += String(chunk);
    errors += String(chunk);
  });
  onTestFinished(async () => {
    worker.kill("SIGCONT");
    worker.kill("SIGTERM");
    await worker;
  });
  if (worker.pid === undefined) throw new Error("The worker did not start.");
  return {
    pid: worker.pid,
    /** As the queue and journals name it. */
    name: `${hostname()}/${worker.pid}`,
    home,
    checkout,
    kill: worker.kill.bind(worker),
    /** What it printed so far: all of it, and on stderr. */
    output: () => output,
    errors: () => errors,
    ended: worker,
  };
}

/** Returns everything that the queue's tables contain as text, files as latin1. */
export async function dumpTables(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname like 'lakebase\\_%'",
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t`);
      texts.push(
        name,
        ...rows.map(({ row }) =>
          row.replace(/\\\\x([0-9a-f]+)/g, (_, hex) => Buffer.from(hex, "hex").toString("latin1")),
        ),
      );
    }
    return texts.join("\n");
  } finally {
    await client.end();
  }
}

/** Kills a worker in a checkout and everything that it started, as if its machine were lost. Linux only. */
export async function killMachine(checkout: string): Promise<void> {
  for (const name of (await readdir("/proc")).filter((each) => /^\d+$/.test(each))) {
    const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    if (command.includes(checkout)) kill(Number(name));
  }
}

/** Makes all jobs that workers have expire now. */
export async function expireJobs(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    "update lakebase_pgboss.job set started_on = started_on - interval '1 day' where state = 'active'",
  );
  await client.end();
}
