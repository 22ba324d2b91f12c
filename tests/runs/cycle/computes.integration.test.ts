import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Machine } from "../../../packages/lakebase-local/tests/machine.ts";
import { script } from "../../support/plans.ts";
import { loggedScript, openGate, prepareRun, waitFor } from "../../support/runs.ts";

const slugs = ["exp-a", "exp-b", "exp-c", "exp-d"];

/** An emulator that runs two branches at once, beside the default one. */
async function smallMachine() {
  const machine = await Machine.create({ LAKEBASE_LOCAL_MAX_COMPUTES: "2" });
  onTestFinished(() => machine.destroy());
  await machine.run("start");
  return { LAKEBASE_LOCAL_HOME: machine.home };
}

/** Has a session after a pause without any, in which other experiments want its compute. */
const connectLate = (pauseMs: number, sessionMs: number) =>
  script(`
    const { Client } = require(${JSON.stringify(resolve("node_modules/pg"))});
    setTimeout(async () => {
      const client = new Client({ connectionString: process.env.DATABASE_URL });
      await client.connect();
      await client.query("SELECT pg_sleep(${sessionMs / 1000})");
      await client.end();
    }, ${pauseMs});`);

test("measures each of more experiments than computes may run, one after another", async () => {
  const budget = { concurrent_branches: 4 };
  const feature = await prepareRun(
    () => ({ budget, suites: { api: connectLate(800, 2000) } }),
    slugs,
    await smallMachine(),
  );
  const run = await waitFor(feature.server, (await feature.start()).run_id);
  expect(run.results.map(({ status, by_tag }) => [status, by_tag.api])).toEqual(
    slugs.map(() => ["succeeded", { passed: 1, failed: 0 }]),
  );
});

test("shows that an experiment is waiting for a compute", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      budget: { concurrent_branches: 4 },
      suites: { api: loggedScript(workspace, `await gate("${join(workspace, "gate")}");`) },
    }),
    slugs,
    await smallMachine(),
  );
  const { run_id } = await feature.start();
  const isWaiting = ({ step }: { step?: string | undefined }) =>
    step === "waiting for a compute, 2 of 2 in use";
  const waiting = await waitFor(
    feature.server,
    run_id,
    ({ results }) => results.filter(isWaiting).length === 2,
  );
  expect(waiting.results.filter(isWaiting).length).toBe(2);
  await openGate(join(feature.workspace, "gate"));
  const { results } = await waitFor(feature.server, run_id);
  expect(results.map(({ status }) => status)).toEqual(slugs.map(() => "succeeded"));
});
