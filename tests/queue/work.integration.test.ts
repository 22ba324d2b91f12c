import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { experimentPaths, schemaDifferenceName } from "../../src/experiments/layout.ts";
import { readTimeline } from "../../src/experiments/timeline/timeline.ts";
import { script } from "../support/plans.ts";
import { dumpTables, expireJobs, startQueueWorker } from "../support/queue/queue.ts";
import { prepareShop } from "../support/queue/shop.ts";
import {
  answerSchema,
  countStarts,
  findSuitePid,
  isAlive,
  loggedScript,
  openGate,
  waitFor,
} from "../support/runs.ts";

const minutes = 60_000;
const patience = { timeout: 3 * minutes };

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
