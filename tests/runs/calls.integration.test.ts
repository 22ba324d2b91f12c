import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { expect, inject, test } from "vitest";
import { getExperiment } from "../../src/experiments/experiments.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { script } from "../support/plans.ts";
import { prepareRun, waitFor } from "../support/runs.ts";

const slugs = ["exp-a", "exp-b", "exp-c"];

/** A run whose CLI processes are counted. */
async function prepareCounted() {
  const log = join(await temporaryFolder(), "calls");
  await writeFile(log, "");
  const env = { LAKEBASE_CLI: resolve("tests/fixtures/counting-cli.mjs"), COUNTED_CALLS: log };
  const budget = { concurrent_branches: 2 };
  const race = await prepareRun(() => ({ budget, suites: { api: script(""), e2e: script("") } }), slugs, env);
  const { workspace, feature_id } = race;
  const findBranch = async (experiment_slug: string) =>
    (await getExperiment({ workspace, feature_id, experiment_slug })).branch;
  const branches = await Promise.all(slugs.map(findBranch));
  return {
    ...race,
    findBranch,
    /** Runs all experiments, and gives the run and its calls, those of each branch by name. */
    run: async () => {
      await writeFile(log, "");
      const run = await waitFor(race.server, (await race.start()).run_id);
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

test("the first run makes three calls per experiment and one for the parent; the second makes one per experiment", async () => {
  const { run, outcomes } = await prepareCounted();

  const first = await run();
  expect(first.run.results.map(({ status }) => status)).toEqual(slugs.map(() => "succeeded"));
  expect(first.experiments).toEqual(
    slugs.map(() => ["generate-database-credential", "get-branch", "list-endpoints"]),
  );
  expect(first.parent).toEqual(once);
  expect(first.others).toEqual([
    "auth describe -o",
    "current-user me -o",
    "postgres list-branches projects/local",
  ]);

  const second = await run();
  expect(second.run.results.map(({ status }) => status)).toEqual(slugs.map(() => "succeeded"));
  expect(second.experiments).toEqual(slugs.map(() => ["generate-database-credential"]));
  expect(second.parent).toEqual(once);
  expect(second.others).toEqual(first.others);
  // All differences are on record when the run reads as ended.
  for (const slug of slugs) expect((await outcomes(slug))?.schema_diff_summary).toBe("no difference");
});

test("does not measure a branch that was replaced since a run last logged in there", async () => {
  const { run, findBranch } = await prepareCounted();
  await run();
  const branch = await findBranch("exp-b");
  const runLocal = (...args: string[]) =>
    execa(process.execPath, ["dist/lakebase-local.js", "postgres", ...args], {
      env: { LAKEBASE_LOCAL_HOME: inject("localHome") },
    });
  await runLocal("delete-branch", `projects/local/branches/${branch}`);
  await runLocal("create-branch", "projects/local", branch, "--json", '{"spec":{"ttl":"3600s"}}');

  const { results } = (await run()).run;

  expect(results).toMatchObject([
    { status: "succeeded" },
    { status: "not_measured", error: { code: "branch_replaced" } },
    { status: "succeeded" },
  ]);
});
