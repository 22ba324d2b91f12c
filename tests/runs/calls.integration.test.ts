import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { getExperiment } from "../../src/experiments/experiments.ts";
import { runLocal } from "../support/lakebase.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { script } from "../support/plans.ts";
import { prepareRun, waitFor } from "../support/runs.ts";
import { startServer } from "../support/server.ts";

const slugs = ["exp-a", "exp-b", "exp-c"];

/** A run whose CLI processes are counted. */
async function prepareCounted() {
  const log = join(await temporaryFolder(), "calls");
  await writeFile(log, "");
  const env = { LAKEBASE_CLI: resolve("tests/fixtures/counting-cli.mjs"), COUNTED_CALLS: log };
  const budget = { concurrent_branches: 2 };
  const race = await prepareRun(() => ({ budget, suites: { api: script(""), e2e: script("") } }), slugs, env);
  const { workspace, feature_id } = race;
  // The server requests logins to new branches in the background, and looks for copied jobs with one of them.
  const requests = async () => (await readFile(log, "utf8")).match(/generate-database-credential/g)?.length;
  await expect.poll(requests, { timeout: 60_000 }).toBe(slugs.length);
  const findBranch = async (experiment_slug: string) =>
    (await getExperiment({ workspace, feature_id, experiment_slug })).branch;
  const branches = await Promise.all(slugs.map(findBranch));
  return {
    ...race,
    findBranch,
    /** Starts a server that knows no logins. */
    startAnother: () => startServer({ env, workspace }),
    /** Runs all experiments, and gives the run and its calls, those of each branch by name. */
    run: async (by = race.server) => {
      await writeFile(log, "");
      const run = await waitFor(by, (await race.start({}, by)).run_id);
      const lines = (await readFile(log, "utf8")).trim().split("\n");
      const ofBranch = (branch: string) =>
        lines
          .filter((line) => new RegExp(`/branches/${branch}(/|$)`).test(line))
          .map((line) => line.split(" ")[1])
          .sort();
      const others = lines.filter((line) => !line.includes("/branches/")).sort();
      return { run, others, parent: ofBranch("production"), experiments: branches.map(ofBranch) };
    },
  };
}

const once = ["generate-database-credential", "list-endpoints"];

test("makes no call for a branch whose login the server knows since it was created", async () => {
  const { run, outcomes } = await prepareCounted();
  for (const _ of ["first", "second"]) {
    const { run: ended, experiments, parent, others } = await run();
    expect(ended.results.map(({ status }) => status)).toEqual(slugs.map(() => "succeeded"));
    expect(experiments).toEqual(slugs.map(() => []));
    expect(parent).toEqual(once);
    expect(new Set(others)).toEqual(new Set(["postgres list-branches projects/local"]));
    // All differences are on record when the run reads as ended.
    for (const slug of slugs) expect((await outcomes(slug))?.schema_diff_summary).toBe("no difference");
  }
});

test("a server that knows no login makes three calls per experiment at first, then none; the next one makes one", async () => {
  const { run, startAnother } = await prepareCounted();
  // The records of branches that no run has reached lack an endpoint.
  const server = await startAnother();
  const first = await run(server);
  expect(first.experiments).toEqual(
    slugs.map(() => ["generate-database-credential", "get-branch", "list-endpoints"]),
  );
  expect((await run(server)).experiments).toEqual(slugs.map(() => []));
  const next = await run(await startAnother());
  expect(next.experiments).toEqual(slugs.map(() => ["generate-database-credential"]));
  for (const { parent, run: ended } of [first, next]) {
    expect(parent).toEqual(once);
    expect(ended.results.map(({ status }) => status)).toEqual(slugs.map(() => "succeeded"));
  }
});

test.each([
  ["a server that knows its login", false],
  ["one that knows none", true],
])(
  "%s does not measure a branch that was replaced since a run last logged in there",
  async (_by, isAnother) => {
    const { run, findBranch, startAnother, server } = await prepareCounted();
    await run();
    const branch = await findBranch("exp-b");
    await runLocal("postgres", "delete-branch", `projects/local/branches/${branch}`);
    await runLocal(
      "postgres",
      "create-branch",
      "projects/local",
      branch,
      "--json",
      '{"spec":{"ttl":"3600s"}}',
    );

    const { results } = (await run(isAnother ? await startAnother() : server)).run;

    expect(results).toMatchObject([
      { status: "succeeded" },
      { status: "not_measured", error: { code: "branch_replaced" } },
      { status: "succeeded" },
    ]);
  },
);
