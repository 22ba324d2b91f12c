import { Client } from "pg";
import { expect, test } from "vitest";
import { readJournal } from "../../src/runs/journal/journal.ts";
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
