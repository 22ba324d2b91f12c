import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, inject, test } from "vitest";
import { getExperiment } from "../../src/experiments/experiments.ts";
import { prepareFailing } from "../support/failing-runs.ts";
import { runLocal } from "../support/lakebase.ts";
import { countStarts, kill, loggedScript, openGate, readNotes, waitFor } from "../support/runs.ts";

/**
 * Runs exp-a, whose suite waits for the file `go`, and deletes its branch meanwhile.
 * @param starts how often the suite has started by then
 * @returns the run's results
 */
async function runAndLoseBranch(
  feature: Awaited<ReturnType<typeof prepareFailing>>,
  options: object,
  starts: number,
) {
  const { run_id } = await feature.start({ experiment_slugs: ["exp-a"], ...options });
  await expect.poll(() => countStarts(feature.workspace, "exp-a", "api")).toBe(starts);
  await runLocal("postgres", "delete-branch", await feature.branchPath("exp-a"));
  await openGate(join(feature.workspace, "go"));
  return (await waitFor(feature.server, run_id)).results;
}

test("does not count a suite as failed if it lost its branch", async () => {
  const feature = await prepareFailing((workspace) => ({
    suites: { api: loggedScript(workspace, `await gate("${workspace}/go"); process.exitCode = 1;`) },
  }));
  expect(await runAndLoseBranch(feature, {}, 1)).toMatchObject([
    { status: "not_measured", by_tag: {}, error: { code: "branch_gone" } },
  ]);
  expect(await feature.outcomes("exp-a")).toMatchObject({
    evidence: { by_tag: { api: { code: "branch_gone" } } },
  });
});

test("does not measure a suite that passes although its branch is gone", async () => {
  const feature = await prepareFailing((workspace) => ({
    suites: { api: loggedScript(workspace, `await gate("${workspace}/go");`), e2e: loggedScript(workspace) },
  }));
  expect(await runAndLoseBranch(feature, {}, 1)).toMatchObject([
    { status: "not_measured", by_tag: {}, error: { code: "branch_gone" } },
  ]);
  expect(await countStarts(feature.workspace, "exp-a", "e2e")).toBe(0);
});

test("does not measure a suite that fails after its branch's compute restarted, but one that passes", async () => {
  const feature = await prepareFailing((workspace) => ({
    suites: {
      api: loggedScript(
        workspace,
        `const { Client } = require(${JSON.stringify(resolve("node_modules/pg"))});
         const client = new Client({ connectionString: process.env.DATABASE_URL });
         const ended = new Promise((end) => client.on("error", end));
         await client.connect();
         note("connected");
         await ended;
         process.exitCode = slug === "exp-a" ? 1 : 0;`,
      ),
    },
  }));
  const { run_id } = await feature.start();
  for (const experiment_slug of ["exp-a", "exp-b"]) {
    const { workspace, feature_id } = feature;
    const isConnected = async () =>
      (await readNotes(workspace)).some(({ what, slug }) => what === "connected" && slug === experiment_slug);
    await expect.poll(isConnected).toBe(true);
    const { branch_uid } = await getExperiment({ workspace, feature_id, experiment_slug });
    const lock = join(inject("localHome"), "data", branch_uid ?? "", "postmaster.pid");
    kill(Number.parseInt(await readFile(lock, "utf8"), 10));
  }

  expect((await waitFor(feature.server, run_id)).results).toMatchObject([
    { status: "not_measured", by_tag: {}, error: { code: "compute_restarted" } },
    { status: "succeeded", by_tag: { api: { passed: 1, failed: 0 } } },
  ]);
});

test.each(["setup", "migrations"])(
  "does not blame the design if the compute restarted during its %s",
  async (part) => {
    const feature = await prepareFailing((workspace) => ({
      setup: loggedScript(
        workspace,
        `if (process.env.LAKEBASE_BRANCH.includes("migrations") !== ${part === "migrations"}) return;
       const { Client } = require(${JSON.stringify(resolve("node_modules/pg"))});
       const client = new Client({ connectionString: process.env.DATABASE_URL });
       const ended = new Promise((end) => client.on("error", end));
       await client.connect();
       const { rows } = await client.query("show data_directory");
       const lock = fs.readFileSync(rows[0].data_directory + "/postmaster.pid", "utf8");
       process.kill(Number.parseInt(lock, 10), "SIGKILL");
       await ended;
       process.exitCode = 1;`,
      ).command,
      suites: part === "setup" ? { api: loggedScript(workspace) } : { migrations: { builtin: "migrations" } },
    }));
    expect((await feature.run({ experiment_slugs: ["exp-a"] })).results).toMatchObject([
      { status: "not_measured", by_tag: {}, error: { code: "compute_restarted" } },
    ]);
    expect((await feature.outcomes("exp-a"))?.evidence?.setup_failed).toBeUndefined();
  },
);

test("does not count a suite as flaky if it lost its branch between two repeats", async () => {
  const feature = await prepareFailing((workspace) => ({
    suites: {
      api: loggedScript(
        workspace,
        `const rounds = fs.readFileSync(${JSON.stringify(`${workspace}/notes`)}, "utf8").match(/start/g).length;
         if (rounds === 2) await gate("${workspace}/go");
         process.exitCode = rounds - 1;`,
      ),
    },
  }));
  expect(await runAndLoseBranch(feature, { repeat: 2 }, 2)).toMatchObject([
    { status: "not_measured", by_tag: {}, error: { code: "branch_gone" } },
  ]);
});
