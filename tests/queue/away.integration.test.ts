import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { openQueue } from "../../src/queue/database/connect.ts";
import { readJournal } from "../../src/runs/journal/journal.ts";
import { localLakebase } from "../support/lakebase.ts";
import { script } from "../support/plans.ts";
import { createQueueUrl, startQueueWorker } from "../support/queue/queue.ts";
import { temporaryRepository } from "../support/repository.ts";
import { countStarts, loggedScript, prepareRun, waitFor } from "../support/runs.ts";

/** What breaks a connection, once: the first text of this kind that a client sends after the one before has broken one. */
interface Break {
  text: string;
  /** Whether the server still gets it. */
  isDelivered: boolean;
}

/** Starts a proxy in front of a queue. @returns the queue's URL through it, and the sockets on both sides */
async function startProxy(queueUrl: string, breaks: Break[] = []) {
  const url = new URL(queueUrl);
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(Number(url.port), url.hostname);
    for (const each of [client, server]) sockets.add(each.on("error", () => {}));
    server.pipe(client);
    client.on("end", () => server.end());
    client.on("data", (chunk) => {
      const [next] = breaks;
      const isBroken = next !== undefined && chunk.includes(next.text);
      if (isBroken) breaks.shift();
      if (isBroken) client.destroy();
      if (isBroken && next.isDelivered) server.end(chunk);
      else if (isBroken) server.destroy();
      else server.write(chunk);
    });
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  onTestFinished(() => close());
  const { port } = z.object({ port: z.number() }).parse(proxy.address());
  const close = () => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  };
  return {
    close,
    open: () => void proxy.listen(port, "127.0.0.1"),
    through: Object.assign(new URL(queueUrl), { host: `127.0.0.1:${port}` }).href,
    sockets,
    breaks,
  };
}

async function prepareShop(queueUrl: string, plan: (workspace: string) => object, slugs: string[]) {
  const shop = await temporaryRepository();
  await shop.commit("main", { "shop.txt": "one\n", ".gitignore": "/.tdd/\nnotes\n" });
  const run = await prepareRun(plan, slugs, { LAKEBASE_QUEUE_URL: queueUrl }, shop.directory);
  return { ...run, shop };
}

test("a run whose connections break goes on, and counts each suite once", async () => {
  const url = await createQueueUrl();
  const insert = "insert into lakebase_queue.job";
  const proxy = await startProxy(url, [
    { text: "insert into lakebase_queue.part", isDelivered: false },
    { text: insert, isDelivered: false },
    { text: "commit", isDelivered: true },
    { text: "select bytes from lakebase_queue.part", isDelivered: false },
  ]);
  const plan = (workspace: string) => ({ suites: { api: loggedScript(workspace) } });
  const run = await prepareShop(proxy.through, plan, ["exp-a"]);
  const worker = await startQueueWorker(run.shop.directory, url);
  const ended = await waitFor(run.server, (await run.start()).run_id);
  expect(ended, worker.output()).toMatchObject({
    state: "finished",
    results: [{ status: "succeeded", by_tag: { api: { passed: 1, failed: 0 } } }],
  });
  expect(proxy.breaks).toEqual([]);
  expect(await countStarts(run.workspace, "exp-a", "api")).toBe(1);
});

test("a worker whose connection breaks while it fetches code tries again", async () => {
  const url = await createQueueUrl();
  const proxy = await startProxy(url, [
    { text: "select bytes from lakebase_queue.part", isDelivered: false },
  ]);
  const run = await prepareShop(url, () => ({ suites: { api: script("") } }), ["exp-a"]);
  const config = join(run.shop.directory, ".tdd", "worker.gitconfig");
  // Its remote is gone, so that the code comes from the queue.
  await writeFile(config, `[url "/nowhere"]\n  insteadOf = ${run.shop.directory}\n`);
  const worker = await startQueueWorker(run.shop.directory, proxy.through, {
    env: { GIT_CONFIG_GLOBAL: config },
  });
  const worktree = `${run.shop.directory}.worktrees/${run.feature_id}/exp-a`;
  await run.shop.git("-C", worktree, "commit", "--quiet", "--allow-empty", "-m", "design");
  const ended = await waitFor(run.server, (await run.start()).run_id);
  expect(ended, worker.output()).toMatchObject({ state: "finished", results: [{ status: "succeeded" }] });
  expect(proxy.breaks).toEqual([]);
});

test("a connection that ends in the middle of a transaction fails it, and nothing else", async () => {
  const url = await createQueueUrl();
  const queue = await openQueue({ lakebase: localLakebase() }, url);
  onTestFinished(queue.close);
  const pidSchema = z.tuple([z.object({ pid: z.number() })]);
  const broken = queue.transact(async (sql) => {
    const [{ pid }] = pidSchema.parse((await sql.query("select pg_backend_pid() as pid")).rows);
    await queue.sql.query("select pg_terminate_backend($1)", [pid]);
    const find = () => queue.sql.query("select from pg_stat_activity where pid = $1", [pid]);
    await expect.poll(find).toMatchObject({ rows: [] });
    await sql.query("select 1");
  });
  await expect(broken).rejects.toMatchObject({ code: "queue_unreachable" });
  expect((await queue.sql.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
});

test("a run that ends while the queue's database is away ends as it was asked to", async () => {
  const url = await createQueueUrl();
  const plan = () => ({ suites: { api: script("") }, budget: { wall_clock_minutes: 0.3 } });
  const run = await prepareShop(url, plan, ["exp-a"]);
  const { run_id } = await run.start();
  await expect
    .poll(() => readJournal(run.workspace, run_id))
    .toMatchObject({ queue: { waiting: [{ jobs: ["exp-a api"] }] } });

  const server = new Client({
    connectionString: Object.assign(new URL(url), { pathname: "/postgres" }).href,
  });
  await server.connect();
  await server.query(`drop database ${new URL(url).pathname.slice(1)} with (force)`);
  await server.end();
  const ended = await waitFor(run.server, run_id);
  expect(ended).toMatchObject({
    state: "cancelled",
    results: [{ status: "stopped", error: { message: expect.stringContaining("wall_clock_minutes") } }],
  });
});

test("the jobs of a run that ends while the queue's database is away are removed once it answers", async () => {
  const url = await createQueueUrl();
  const { through, close, open } = await startProxy(url);
  const run = await prepareShop(through, () => ({ suites: { api: script("") } }), ["exp-a"]);
  const { run_id } = await run.start();
  await expect
    .poll(() => readJournal(run.workspace, run_id))
    .toMatchObject({ queue: { waiting: [{ jobs: ["exp-a api"] }] } });
  close();
  await run.server.call(z.unknown(), "cancel_run", { run_id });
  expect(await waitFor(run.server, run_id)).toMatchObject({ state: "cancelled" });

  const server = new Client({ connectionString: url });
  await server.connect();
  onTestFinished(() => server.end());
  const listRuns = async () => (await server.query("select run_id from lakebase_queue.run")).rows;
  expect(await listRuns()).toEqual([{ run_id }]);
  open();
  await expect.poll(listRuns).toEqual([]);
});

test("a connection that silently goes dead fails its query, and the next one is answered", async () => {
  const { through, sockets } = await startProxy(await createQueueUrl());
  const queue = await openQueue({ lakebase: localLakebase() }, through, { queryMs: 1_000 });
  onTestFinished(queue.close);
  await queue.sql.query("select 1");
  for (const socket of sockets) socket.unpipe().pause();
  await expect(queue.sql.query("select 1")).rejects.toMatchObject({ code: "queue_unreachable" });
  // Any further connection that it had open fails, too.
  const ask = () => queue.sql.query("select 1 as one").catch(({ code }) => code);
  await expect.poll(ask).toMatchObject({ rows: [{ one: 1 }] });
});
