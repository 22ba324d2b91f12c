import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Queue } from "../../src/queue/database/connect.ts";
import { getFile } from "../../src/queue/database/files.ts";
import { listOwnJobs, listRunJobs, nameQueue } from "../../src/queue/jobs.ts";
import { admitJobs } from "../../src/queue/limits.ts";
import { giveBack, giveBackAll, nameBundle, refuseJob, sendResult } from "../../src/queue/return.ts";
import { takeJobs } from "../../src/queue/take.ts";
import { describeFeatureJobs, readQueue } from "../../src/queue/watch.ts";
import { cancelJobs, forgetRun } from "../../src/queue/withdraw.ts";
import { type QueueWorker, removeWorker, seeWorker } from "../../src/queue/workers.ts";
import { CoreError } from "../../src/utils/core-error.ts";
import { describeError } from "../../src/utils/describe-error.ts";
import { enqueueTestRun, makeWorker, openTestQueue } from "../support/queue/queue.ts";

const [ada, bob, cat, dan] = [makeWorker("ada"), makeWorker("bob"), makeWorker("cat"), makeWorker("dan")];
const trouble = new CoreError("not_authenticated", "The login has expired.", { hint: "Log in again." });

async function writeBundle(content: string | Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lakebase-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "bundle"), content);
  return join(folder, "bundle");
}

test("a job goes to only one worker, and its whole result comes back", async () => {
  const queue = await openTestQueue();
  await enqueueTestRun(queue, { run_id: "run-1" }, [{}, {}]);
  const taken = await Promise.all([takeJobs(queue, ada, 4), takeJobs(queue, bob, 4)]);
  const all = taken.flat();
  expect(all.map(({ experiment_slug }) => experiment_slug).sort()).toEqual(["exp-0", "exp-1"]);
  expect(all[0]?.run.request.plan.suites).toHaveProperty("api");

  const content = new Uint8Array(2_500_000).map((_, index) => index % 251);
  const path = await writeBundle(content);
  for (const job of all) expect(await sendResult(queue, job, path)).toBe(true);
  expect((await listRunJobs(queue.sql, "run-1")).map(({ state }) => state)).toEqual(["done", "done"]);
  const copy = `${path}.copy`;
  expect(await getFile(queue.sql, "run-1", nameBundle(all[0]?.id ?? ""), copy)).toBe(true);
  expect(Buffer.compare(await readFile(copy), content)).toBe(0);
  expect(await takeJobs(queue, ada, 4)).toEqual([]);

  await forgetRun(queue, "run-1");
  expect(await getFile(queue.sql, "run-1", nameBundle(all[0]?.id ?? ""), copy)).toBe(false);
});

test("a job that expires goes to another worker, and what the first sends later does not count", async () => {
  const queue = await openTestQueue();
  await enqueueTestRun(queue, { run_id: "run-1" }, [{ seconds: 1 }]);
  const [first] = await takeJobs(queue, ada, 1);
  if (first === undefined) throw new Error("Ada got no job.");
  const [second] = await until(() => takeJobs(queue, bob, 1));
  expect(second).toMatchObject({ id: first.id, attempt: 2, machine: "bob" });
  expect(await listOwnJobs(queue.sql, ada.id)).toEqual([]);
  if (second === undefined) return;
  expect(await listOwnJobs(queue.sql, bob.id)).toMatchObject([{ id: second.id, attempt: 2 }]);

  expect(await sendResult(queue, first, await writeBundle("late"))).toBe(false);
  expect(await sendResult(queue, second, await writeBundle("in time"))).toBe(true);
  expect(await sendResult(queue, first, await writeBundle("later"))).toBe(false);
  const copy = await writeBundle("");
  await getFile(queue.sql, "run-1", nameBundle(first.id), copy);
  expect(await readFile(copy, "utf8")).toBe("in time");
});

test("a job that a worker was given but lived not to claim goes to another, long before it expires", async () => {
  const queue = await openTestQueue();
  await enqueueTestRun(queue, { run_id: "run-1" }, [{ seconds: 3_600 }]);
  await admitJobs(queue, ada, ["api"], 1);
  expect(await queue.boss.fetch(nameQueue("api"))).toHaveLength(1);
  expect(await takeJobs(queue, bob, 1)).toEqual([]);
  await queue.sql.query("update lakebase_pgboss.job set started_on = now() - interval '2 minutes'");
  const [taken] = await takeJobs(queue, bob, 1);
  if (taken === undefined) throw new Error("Bob got no job.");
  expect(await sendResult(queue, taken, await writeBundle("in the end"))).toBe(true);
});

test("a job with which every machine was lost is given up", async () => {
  const queue = await openTestQueue();
  await enqueueTestRun(queue, { run_id: "run-1" }, [{ seconds: 1 }]);
  await until(async () => {
    await takeJobs(queue, ada, 1);
    const [job] = await listRunJobs(queue.sql, "run-1");
    return job?.state === "failed" ? [job] : [];
  });
  expect(await listRunJobs(queue.sql, "run-1")).toMatchObject([{ error: { code: "queue_job_lost" } }]);
});

test("a job of a newer version's run goes to workers that can read its plan", async () => {
  const queue = await openTestQueue();
  await enqueueTestRun(queue, { run_id: "run-1" }, [{}]);
  await queue.sql.query(`update lakebase_queue.run set request = jsonb_set(request, '{plan,novel}', 'true')`);
  for (const worker of [ada, bob]) await seeWorker(queue.sql, worker);
  expect(await takeJobs(queue, ada, 1)).toEqual([]);
  const error = { code: "queue_other_version", hint: expect.stringContaining("laptop") };
  expect(await listRunJobs(queue.sql, "run-1")).toMatchObject([
    { state: "waiting", refused_by: ["ada"], error },
  ]);
  expect(await takeJobs(queue, bob, 1)).toEqual([]);
  expect(await listRunJobs(queue.sql, "run-1")).toMatchObject([{ state: "failed", error }]);
});

test("a job that workers only gave back, as they stopped, is not given up", async () => {
  const queue = await openTestQueue();
  await enqueueTestRun(queue, { run_id: "run-1" }, [{}]);
  for (let attempt = 1; attempt <= 6; attempt++) await giveBack(queue, await takeOne(queue, ada));
  const left = await takeOne(queue, bob);
  expect(left).toMatchObject({ attempt: 7, given_back: 6 });
  expect(await sendResult(queue, left, await writeBundle("in the end"))).toBe(true);
});

test("a job that was given back for workers that died, four times, is given up", async () => {
  const queue = await openTestQueue();
  await enqueueTestRun(queue, { run_id: "run-1" }, [{}]);
  await giveBack(queue, await takeOne(queue, bob));
  for (let attempt = 1; attempt <= 4; attempt++) {
    await takeOne(queue, ada);
    await giveBackAll(queue, ada.id);
  }
  expect(await takeJobs(queue, bob, 1)).toEqual([]);
  expect(await listRunJobs(queue.sql, "run-1")).toMatchObject([
    {
      state: "failed",
      error: { code: "queue_job_lost", message: "4 workers took exp-0 api and were lost." },
    },
  ]);
});

test("a worker that stops gives its jobs back at once, and a cancelled run's jobs go to no one", async () => {
  const queue = await openTestQueue();
  await enqueueTestRun(queue, { run_id: "run-1" }, [{}, {}]);
  const [first] = await takeJobs(queue, ada, 1);
  if (first === undefined) throw new Error("Ada got no job.");
  await giveBack(queue, first);
  expect(await sendResult(queue, first, await writeBundle("too late"))).toBe(false);
  const taken = await takeJobs(queue, bob, 1);
  expect(taken).toMatchObject([{ id: first.id, machine: "bob" }]);

  await cancelJobs(queue, "run-1");
  expect(await listOwnJobs(queue.sql, bob.id)).toEqual([]);
  expect(await takeJobs(queue, ada, 4)).toEqual([]);
  expect((await listRunJobs(queue.sql, "run-1")).map(({ state }) => state)).toEqual([
    "cancelled",
    "cancelled",
  ]);
});

test("the limits of branch, run, feature and project hold over all workers", async () => {
  const queue = await openTestQueue();
  const sameBranch = { branch: "f1-exp-a", experiment_slug: "exp-a" };
  const two = [sameBranch, { ...sameBranch, tag: "e2e" }];
  await enqueueTestRun(queue, { run_id: "branch", feature_id: "F1" }, two);
  await enqueueTestRun(queue, { run_id: "run", feature_id: "F2", most_in_run: 1 }, [{}, {}]);
  await enqueueTestRun(queue, { run_id: "feature", feature_id: "F3", most_in_feature: 2 }, [
    ...[{ branch: "f3-a" }, { branch: "f3-b" }, { branch: "f3-c" }],
  ]);
  await enqueueTestRun(queue, { run_id: "project", feature_id: "F4", project: "other", most_in_project: 1 }, [
    ...[{ branch: "f4-a" }, { branch: "f4-b" }],
  ]);
  const count = async () => {
    const workers = [ada, bob, makeWorker("cat", { project: "other" })];
    const taken = (await Promise.all(workers.map((worker) => takeJobs(queue, worker, 20)))).flat();
    return { taken, runs: taken.map(({ run_id }) => run_id).sort() };
  };
  const first = await count();
  expect(first.runs).toEqual(["branch", "feature", "feature", "project", "run"]);
  expect((await count()).runs).toEqual([]);
  for (const job of first.taken) await sendResult(queue, job, await writeBundle(""));
  expect((await count()).runs).toEqual(["branch", "feature", "project", "run"]);
});

test("a worker takes only jobs of its tags, and none of a run whose time is over", async () => {
  const queue = await openTestQueue();
  await enqueueTestRun(queue, { run_id: "run-1" }, [{ tag: "api" }, { tag: "e2e" }]);
  await enqueueTestRun(queue, { run_id: "run-2", feature_id: "F2", minutes: 0 }, [{ branch: "f2" }]);
  const taken = await takeJobs(queue, makeWorker("ada", { tags: ["e2e", "infra"] }), 4);
  expect(taken.map(({ tag }) => tag)).toEqual(["e2e"]);
  expect((await takeJobs(queue, bob, 4)).map(({ run_id, tag }) => [run_id, tag])).toEqual([["run-1", "api"]]);
});

/** Takes the only job there is. */
async function takeOne(queue: Queue, worker: QueueWorker) {
  const [job, ...others] = await takeJobs(queue, worker, 4);
  if (job === undefined || others.length > 0) throw new Error(`${worker.id} did not get one job.`);
  return job;
}

test("a job that a worker cannot run goes to one that has not tried, and its result counts", async () => {
  const queue = await openTestQueue();
  for (const worker of [ada, bob]) await seeWorker(queue.sql, worker);
  await enqueueTestRun(queue, { run_id: "run-1" }, [{}]);
  const first = await takeOne(queue, ada);
  expect(await refuseJob(queue, first, ada.id, trouble)).toBe(true);
  expect(await refuseJob(queue, first, ada.id, trouble)).toBe(false);
  expect(await takeJobs(queue, ada, 4)).toEqual([]);
  expect((await readQueue(queue.sql)).jobs).toMatchObject([
    { reason: "a worker is about to take it; ada could not run it (not_authenticated)" },
  ]);
  const second = await takeOne(queue, bob);
  expect(second).toMatchObject({ id: first.id, attempt: 2, machine: "bob" });
  expect(await sendResult(queue, first, await writeBundle("late"))).toBe(false);
  expect(await sendResult(queue, second, await writeBundle("in time"))).toBe(true);
});

test("a job that no other worker could take fails with the last worker's reason", async () => {
  const queue = await openTestQueue();
  const others = [makeWorker("tags", { tags: ["e2e"] }), makeWorker("project", { project: "other" })];
  for (const worker of [ada, ...others]) await seeWorker(queue.sql, worker);
  await enqueueTestRun(queue, { run_id: "run-1" }, [{}]);
  await refuseJob(queue, await takeOne(queue, ada), ada.id, trouble);
  expect(await listRunJobs(queue.sql, "run-1")).toMatchObject([
    { state: "failed", machine: "ada", error: { code: "not_authenticated" } },
  ]);
});

test("a job that three workers could not run is not tried by a fourth", async () => {
  const queue = await openTestQueue();
  for (const worker of [ada, bob, cat, dan]) await seeWorker(queue.sql, worker);
  await enqueueTestRun(queue, { run_id: "run-1" }, [{}]);
  for (const worker of [ada, bob, cat])
    await refuseJob(queue, await takeOne(queue, worker), worker.id, trouble);
  expect(await takeJobs(queue, dan, 4)).toEqual([]);
  expect(await listRunJobs(queue.sql, "run-1")).toMatchObject([{ state: "failed" }]);
});

test("a refused job fails once the workers that had not tried it are gone", async () => {
  const queue = await openTestQueue();
  for (const worker of [ada, bob]) await seeWorker(queue.sql, worker);
  await enqueueTestRun(queue, { run_id: "run-1" }, [{}]);
  await refuseJob(queue, await takeOne(queue, ada), ada.id, trouble);
  await removeWorker(queue.sql, bob);
  expect(await takeJobs(queue, ada, 4)).toEqual([]);
  expect(await listRunJobs(queue.sql, "run-1")).toMatchObject([{ state: "failed" }]);
});

test("a job that was offered to a worker that may not take it waits for another one", async () => {
  const queue = await openTestQueue();
  const stranger = makeWorker("stranger", { project: "other" });
  await enqueueTestRun(queue, { run_id: "run-1" }, [{}]);
  await admitJobs(queue, ada, ["api"], 1);
  expect(await takeJobs(queue, stranger, 4)).toEqual([]);
  expect(await listRunJobs(queue.sql, "run-1")).toMatchObject([{ state: "waiting", attempt: 0 }]);
  expect(await takeOne(queue, ada)).toMatchObject({ attempt: 1 });
});

test("a paused worker is shown with its reason, and a job that waits for it says so", async () => {
  const queue = await openTestQueue();
  await seeWorker(queue.sql, ada, { trouble: describeError(trouble), seconds: 60 });
  await enqueueTestRun(queue, { run_id: "run-1" }, [{}]);
  expect(describeFeatureJobs(await readQueue(queue.sql), "F1")).toEqual([
    "the queue has 1 worker (ada), 0 jobs running, 1 waiting",
    "worker ada is paused (not_authenticated): The login has expired. Log in again.",
    "exp-0 api: waiting, as every worker that takes it is paused",
  ]);
  await seeWorker(queue.sql, ada);
  expect(describeFeatureJobs(await readQueue(queue.sql), "F1")).toHaveLength(2);
});

async function until<Value>(look: () => Promise<Value[]>): Promise<Value[]> {
  for (;;) {
    const found = await look();
    if (found.length > 0) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
