import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { openQueue } from "../../../src/queue/database/connect.ts";
import { takeJobs } from "../../../src/queue/take.ts";
import { listWorkers } from "../../../src/queue/workers.ts";
import { readJournal } from "../../../src/runs/journal/journal.ts";
import { localLakebase } from "../../support/lakebase.ts";
import { script } from "../../support/plans.ts";
import { dumpTables, makeWorker, startQueueWorker } from "../../support/queue/queue.ts";
import { prepareShop } from "../../support/queue/shop.ts";
import { loggedScript, waitFor } from "../../support/runs.ts";

const minutes = 60_000;
const patience = { timeout: 3 * minutes };

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
