import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { openQueue } from "../../src/queue/database/connect.ts";
import { readJournal } from "../../src/runs/journal/journal.ts";
import { localLakebase } from "../support/lakebase.ts";
import { script } from "../support/plans.ts";
import { createQueueUrl } from "../support/queue/queue.ts";
import { temporaryRepository } from "../support/repository.ts";
import { prepareRun, waitFor } from "../support/runs.ts";

test("a run that ends while the queue's database is away ends as it was asked to", async () => {
  const url = await createQueueUrl();
  const shop = await temporaryRepository();
  await shop.commit("main", { "shop.txt": "one\n", ".gitignore": "/.tdd/\n" });
  const plan = () => ({ suites: { api: script("") }, budget: { wall_clock_minutes: 0.3 } });
  const run = await prepareRun(plan, ["exp-a"], { LAKEBASE_QUEUE_URL: url }, shop.directory);
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

test("a connection that silently goes dead fails its query, and the next one is answered", async () => {
  const url = new URL(await createQueueUrl());
  const sockets = new Set<Socket>();
  const proxy = createServer((socket) => {
    const upstream = connect(Number(url.port), url.hostname);
    for (const each of [socket, upstream]) sockets.add(each.on("error", () => {}));
    socket.pipe(upstream).pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const { port } = z.object({ port: z.number() }).parse(proxy.address());
  const through = Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href;
  const queue = await openQueue({ lakebase: localLakebase() }, through, { queryMs: 1_000 });
  onTestFinished(queue.close);
  await queue.sql.query("select 1");
  for (const socket of sockets) socket.unpipe().pause();
  await expect(queue.sql.query("select 1")).rejects.toMatchObject({ code: "queue_unreachable" });
  // Any further connection that it had open fails, too.
  const ask = () => queue.sql.query("select 1 as one").catch(({ code }) => code);
  await expect.poll(ask).toMatchObject({ rows: [{ one: 1 }] });
});
