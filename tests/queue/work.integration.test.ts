import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { experimentPaths, schemaDifferenceName } from "../../src/experiments/layout.ts";
import { readTimeline } from "../../src/experiments/timeline/timeline.ts";
import { openQueue } from "../../src/queue/database/connect.ts";
import { takeJobs } from "../../src/queue/take.ts";
import { listWorkers } from "../../src/queue/workers.ts";
import { readJournal } from "../../src/runs/journal/journal.ts";
import { localLakebase } from "../support/lakebase.ts";
import { script } from "../support/plans.ts";
import {
  createQueueUrl,
  dumpTables,
  expireJobs,
  makeWorker,
  startQueueWorker,
} from "../support/queue/queue.ts";
import { temporaryRepository } from "../support/repository.ts";
import {
  answerSchema,
  countStarts,
  findSuitePid,
  isAlive,
  loggedScript,
  openGate,
  prepareRun,
  waitFor,
} from "../support/runs.ts";

const minutes = 60_000;
const patience = { timeout: 3 * minutes };

async function prepareShop(
  plan: (workspace: string) => object,
  slugs: string[],
  ignored = "",
  prepare: (directory: string) => Promise<void> = async () => {},
) {
  const url = await createQueueUrl();
  const shop = await temporaryRepository();
  await shop.commit("main", {
    "shop.txt": "one\n",
    ".gitignore": `/.tdd/\nnotes\n*.gate\nlogin\n${ignored}`,
  });
  await prepare(shop.directory);
  const run = await prepareRun(plan, slugs, { LAKEBASE_QUEUE_URL: url }, shop.directory);
  const code = (slug: string) => `${shop.directory}.worktrees/${run.feature_id}/${slug}`;
  return { ...run, url, shop, code };
}

test("what a worker measures in its own clone counts as if it had been measured here", {
  timeout: 10 * minutes,
}, async () => {
  const api = script("process.exit(process.env.EXPERIMENT_SLUG === 'exp-a' ? 0 : 1)");
  const run = await prepareShop(() => ({ suites: { api } }), ["exp-a", "exp-b"]);
  // No remote has it, so it travels with the job.
  await run.shop.git("-C", run.code("exp-a"), "commit", "--quiet", "--allow-empty", "-m", "design");
  const commit = await run.shop.git("-C", run.code("exp-a"), "rev-parse", "HEAD");
  const worker = await startQueueWorker(run.shop.directory, run.url, { args: ["--concurrency", "2"] });
  const { run_id } = await run.start();

  const ended = await waitFor(run.server, run_id);
  const machines = { api: worker.name };
  expect(ended, worker.output()).toMatchObject({
    state: "finished",
    results: [
      { machines, status: "succeeded", by_tag: { api: { passed: 1, failed: 0 } } },
      { machines, status: "failed", by_tag: { api: { passed: 0, failed: 1 } } },
    ],
  });
  const origin = { machine: hostname(), worker: worker.name };
  const evidence = { state: "evidence", alone: false, source: { run_id, commit, origin } };
  expect(await run.outcomes("exp-a")).toMatchObject({ evidence: { commit, by_tag: { api: evidence } } });
  expect(await run.compare()).toMatchObject({ recommendation: "promote", winners: ["exp-a"] });
  expect(await run.artifact("exp-a", "api/stdout.log")).toBeDefined();
  // The run that counts records the differences, once for all suites; workers do not.
  expect(await run.artifact("exp-a", schemaDifferenceName)).toBeDefined();
  expect(await run.outcomes("exp-a")).toMatchObject({
    code_diff: {},
    schema_diff_summary: expect.any(String),
  });
  const workspace = `${worker.checkout}.worktrees/+work/1/checkout`;
  const there = experimentPaths({ workspace, feature_id: run.feature_id, experiment_slug: "exp-a" });
  expect(await readdir(join(there.artifacts, "C1"))).toContain("api");
  expect(await readdir(join(there.artifacts, "C1"))).not.toContain(schemaDifferenceName);
  expect(await dumpTables(run.url)).not.toContain(run_id);
});

test("a suite whose worker is killed ends there, runs on another, and counts once", {
  timeout: 10 * minutes,
}, async () => {
  const gated = (workspace: string) =>
    loggedScript(
      workspace,
      `fs.writeFileSync(${JSON.stringify(join(workspace, "login"))}, process.env.PGPASSWORD);
         await gate(${JSON.stringify(join(workspace, "go.gate"))});`,
    );
  const run = await prepareShop((workspace) => ({ suites: { api: gated(workspace) } }), ["exp-a"]);
  const { workspace } = run;
  const first = await startQueueWorker(run.shop.directory, run.url);
  const { run_id } = await run.start();
  const pid = await findSuitePid(workspace, "exp-a", "api");
  first.kill("SIGKILL");
  await expect.poll(() => isAlive(pid), patience).toBe(false);

  const second = await startQueueWorker(run.shop.directory, run.url);
  await expect.poll(() => countStarts(workspace, "exp-a", "api"), patience).toBe(2);
  const status = await run.server.call(z.looseObject({}), "get_status", {});
  expect(status).toMatchObject({
    features: [
      { waits_for: expect.arrayContaining([expect.stringMatching(/queue has 1 worker .*1 job running/)]) },
    ],
  });
  const tables = await dumpTables(run.url);
  expect(tables).toContain(run_id);
  const password = new URL(run.url).password;
  for (const secret of [await readFile(join(workspace, "login"), "utf8"), decodeURIComponent(password)])
    expect(tables).not.toContain(secret);

  await openGate(join(workspace, "go.gate"));
  const ended = await waitFor(run.server, run_id);
  expect(ended, second.output()).toMatchObject({
    state: "finished",
    results: [{ status: "succeeded", by_tag: { api: { passed: 1, failed: 0 } } }],
  });
  const ref = { workspace, feature_id: run.feature_id, experiment_slug: "exp-a" };
  expect((await readTimeline(ref)).filter(({ kind }) => kind === "cycle")).toHaveLength(1);
});

test("cancelling a run ends its suite on the other machine, and leaves nothing in the queue", {
  timeout: 10 * minutes,
}, async () => {
  const never = (workspace: string) =>
    loggedScript(workspace, `await gate(${JSON.stringify(join(workspace, "never"))});`);
  const run = await prepareShop((workspace) => ({ suites: { api: never(workspace) } }), ["exp-a"]);
  const worker = await startQueueWorker(run.shop.directory, run.url);
  const { run_id } = await run.start();
  const pid = await findSuitePid(run.workspace, "exp-a", "api");

  const cancelled = await run.server.call(answerSchema, "cancel_run", { run_id });
  expect(cancelled.state).toBe("cancelled");
  await expect.poll(() => isAlive(pid), patience).toBe(false);
  expect(await dumpTables(run.url)).not.toContain(run_id);
  await expect.poll(() => worker.output(), patience).toContain("dropped");
});

test("a worker that takes its own expired job again first ends the suite that still runs", {
  timeout: 10 * minutes,
}, async () => {
  const gated = (workspace: string) =>
    loggedScript(workspace, `await gate(${JSON.stringify(join(workspace, "go.gate"))});`);
  const run = await prepareShop((workspace) => ({ suites: { api: gated(workspace) } }), ["exp-a"]);
  const { workspace } = run;
  const worker = await startQueueWorker(run.shop.directory, run.url, { args: ["--concurrency", "2"] });
  const { run_id } = await run.start();
  const pid = await findSuitePid(workspace, "exp-a", "api");
  await expireJobs(run.url);
  await expect.poll(() => countStarts(workspace, "exp-a", "api"), patience).toBe(2);
  expect(await isAlive(pid)).toBe(false);

  await run.server.call(answerSchema, "cancel_run", { run_id });
  const dropped = () => worker.output().match(/dropped/g)?.length;
  await expect.poll(dropped, patience).toBe(2);
});

test("a job that takes longer than it may is not measured, and the reason says so", {
  timeout: 10 * minutes,
}, async () => {
  const never = (workspace: string) =>
    loggedScript(workspace, `await gate(${JSON.stringify(join(workspace, "never"))});`);
  const run = await prepareShop((workspace) => ({ suites: { api: never(workspace) } }), ["exp-a"]);
  const { run_id } = await run.start();
  await expect.poll(() => dumpTables(run.url), patience).toContain("exp-a");
  const queue = await openQueue({ lakebase: localLakebase() }, run.url);
  await expect
    .poll(() => queue.sql.query("update lakebase_queue.job set seconds = 8 returning id"), patience)
    .toMatchObject({ rows: [{}] });
  await queue.close();
  const worker = await startQueueWorker(run.shop.directory, run.url);
  const ended = await waitFor(run.server, run_id);
  expect(ended, worker.output()).toMatchObject({
    results: [
      {
        status: "not_measured",
        error: {
          code: "queue_job_lost",
          message: expect.stringContaining("api did not end within 8 s"),
        },
      },
    ],
  });
});

test("a worker gives back a job whose taking the database recorded but could not confirm", {
  timeout: 10 * minutes,
}, async () => {
  const run = await prepareShop(() => ({ suites: { api: script("") } }), ["exp-a"]);
  const worker = await startQueueWorker(run.shop.directory, run.url);
  await expect.poll(() => dumpTables(run.url), patience).toContain(worker.name);
  worker.kill("SIGSTOP");
  const { run_id } = await run.start();
  const queue = await openQueue({ lakebase: localLakebase() }, run.url);
  const [self] = await listWorkers(queue.sql);
  if (self === undefined) throw new Error("The worker is not known.");
  const take = () => takeJobs(queue, makeWorker(self.machine, { id: self.id, project: self.project }), 1);
  await expect.poll(take, patience).toHaveLength(1);
  await queue.close();

  worker.kill("SIGCONT");
  const state = async () => (await readJournal(run.workspace, run_id)).results[0]?.status;
  await expect.poll(state, patience).toBe("succeeded");
});

const brokenMachines: [what: string, env: Record<string, string>, code: string, shown: RegExp][] = [
  ["has no CLI", { LAKEBASE_CLI: "/nowhere/databricks" }, "cli_missing", /is paused \(cli_missing\)/],
  ["cannot prepare it", { BROKEN: "1" }, "prepare_failed", /could not run it \(prepare_failed\)/],
];

test.each(brokenMachines)(
  "a job given back by a worker that %s is run by another",
  {
    timeout: 10 * minutes,
  },
  async (_what, env, code, shown) => {
    const prepare = [process.execPath, "-e", "process.exit(process.env.BROKEN === undefined ? 0 : 1)"];
    const run = await prepareShop(() => ({ suites: { api: script("") }, worktrees: { prepare } }), ["exp-a"]);
    const good = await startQueueWorker(run.shop.directory, run.url);
    await expect.poll(() => dumpTables(run.url), patience).toContain(good.name);
    // It is there, but takes nothing until the other one has.
    good.kill("SIGSTOP");
    const bad = await startQueueWorker(run.shop.directory, run.url, { env });
    const { run_id } = await run.start();

    await expect.poll(bad.errors, patience).toContain(code);
    const { feature_id } = run;
    const look = () => run.server.call(z.looseObject({}), "get_status", { feature_id });
    const waits_for = expect.arrayContaining([expect.stringMatching(shown)]);
    await expect.poll(look, patience).toMatchObject({ features: [{ waits_for }] });
    const workers = expect.arrayContaining([expect.objectContaining({ name: bad.name })]);
    await expect
      .poll(() => readJournal(run.workspace, run_id), patience)
      .toMatchObject({ queue: { workers, waiting: [{ count: 1, jobs: ["exp-a api"] }] } });
    good.kill("SIGCONT");
    const ended = await waitFor(run.server, run_id);
    expect(ended, bad.output() + good.output()).toMatchObject({
      state: "finished",
      results: [{ status: "succeeded", by_tag: { api: { passed: 1, failed: 0 } } }],
    });
    expect(await readJournal(run.workspace, run_id)).not.toHaveProperty("queue");
  },
);

test("what no worker can run is not measured, with the cause and the worker that met it", {
  timeout: 10 * minutes,
}, async () => {
  const run = await prepareShop(() => ({ suites: { api: script("") } }), ["exp-a"]);
  const bad = await startQueueWorker(run.shop.directory, run.url, {
    env: { LAKEBASE_CLI: "/nowhere/databricks" },
  });
  const { run_id } = await run.start();
  const ended = await waitFor(run.server, run_id);
  expect(ended, bad.output()).toMatchObject({
    state: "finished",
    results: [
      {
        status: "not_measured",
        by_tag: {},
        error: { code: "cli_missing", message: expect.stringContaining(`On ${bad.name}: `) },
      },
    ],
  });
  await expect.poll(bad.errors).toMatch(/cli_missing: .* This worker takes no jobs for 30 seconds\. /);
});

test("files that the plan copies and folders that it links come from the worker's own checkout", {
  timeout: 10 * minutes,
}, async () => {
  const api = script(`
    const { readFileSync } = require("node:fs");
    const isRight = readFileSync(".env", "utf8") === "KEY=two" && readFileSync("data/rows", "utf8") === "rows";
    process.exit(isRight ? 0 : 1)`);
  const run = await prepareShop(
    () => ({ suites: { api }, worktrees: { copy: [".env"], link: ["data"] } }),
    ["exp-a"],
    ".env\n/data\n",
    async (directory) => {
      await mkdir(join(directory, "data"));
      await writeFile(join(directory, ".env"), "KEY=laptop");
    },
  );
  const worker = await startQueueWorker(run.shop.directory, run.url);
  const measure = async () => {
    const { results } = await waitFor(run.server, (await run.start()).run_id);
    return results[0];
  };
  expect(await measure()).toMatchObject({ status: "not_measured", error: { code: "share_failed" } });
  await mkdir(join(worker.checkout, "data"));
  await writeFile(join(worker.checkout, "data/rows"), "rows");
  await writeFile(join(worker.checkout, ".env"), "KEY=one");
  expect(await measure()).toMatchObject({ status: "failed", by_tag: { api: { passed: 0, failed: 1 } } });
  await writeFile(join(worker.checkout, ".env"), "KEY=two");
  expect(await measure()).toMatchObject({ status: "succeeded", by_tag: { api: { passed: 1, failed: 0 } } });
});
