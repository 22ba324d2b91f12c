import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { artifactPath } from "../../src/experiments/layout.ts";
import { readOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { readFailedCases } from "../../src/runs/rerun/failed-cases.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { recordCycle } from "../support/records.ts";
import { temporaryRepository } from "../support/repository.ts";
import { countStarts, loggedScript, prepareRun, waitFor } from "../support/runs.ts";

const vitest = resolve("node_modules/.bin/vitest");

/** Two tests, which pass or fail as the design says. */
const tests = `
  import { readFileSync } from "node:fs";
  import { expect, test } from ${JSON.stringify(resolve("node_modules/vitest/dist/index.js"))};
  const design = JSON.parse(readFileSync("design.json", "utf8"));
  test("costs $DATABASE_URL", () => expect(design.costs).toBe(true));
  test("ships", () => expect(design.ships).toBe(true));`;

async function prepare() {
  const shop = await temporaryRepository();
  await shop.commit("main", {
    "shop.test.ts": tests,
    "design.json": '{"costs":true,"ships":true}',
    ".gitignore": ".tdd\nnotes\n",
  });
  const feature = await prepareRun(
    (workspace) => ({
      suites: {
        api: {
          command: [vitest, "run", "--reporter=json", "--outputFile=$ARTIFACTS_DIR/api.json"],
          report: { format: "vitest-json", path: "api.json" },
        },
        e2e: loggedScript(workspace),
      },
    }),
    ["exp-a", "exp-b"],
    {},
    shop.directory,
  );
  const worktree = `${shop.directory}.worktrees/${feature.feature_id}/exp-a`;
  const design = async (content: object) => {
    await writeFile(join(worktree, "design.json"), JSON.stringify(content));
    await shop.git("-C", worktree, "commit", "--quiet", "--all", "--message", "design");
  };
  const run = async (options: object) => waitFor(feature.server, (await feature.start(options)).run_id);
  return { feature, design, run };
}

test("runs what failed again, the failed tests first, and requires the whole suite for a win", async () => {
  const { feature, design, run } = await prepare();
  const { workspace, feature_id, server } = feature;
  await design({ costs: false, ships: true });
  await run({});
  expect(await countStarts(workspace, "exp-a", "e2e")).toBe(1);

  const again = await run({ only_failed: true });
  expect(again.results).toMatchObject([
    {
      experiment_slug: "exp-a",
      status: "failed",
      by_tag: { api: { passed: 1, failed: 1 } },
      failed_first: { api: "run first, 1 of 1 failed again" },
    },
  ]);
  expect(again.results).toHaveLength(1);
  expect(again.warnings?.[0]).toContain("nothing is left to measure in exp-b");
  expect(await countStarts(workspace, "exp-a", "e2e")).toBe(1);

  // The test that failed passes now, and another fails, which only the whole suite tells.
  await design({ costs: true, ships: false });
  const last = await run({ only_failed: true });
  expect(last.results).toMatchObject([
    {
      status: "failed",
      by_tag: { api: { passed: 1, failed: 1 }, e2e: { passed: 1, failed: 0 } },
      failed_first: { api: "run first, 0 of 1 failed again" },
    },
  ]);
  // The quick look is kept where nothing takes it for the suite's report.
  const ref = { workspace, feature_id, experiment_slug: "exp-a" };
  const findPath = (name: string) => artifactPath(ref, last.cycle_id, name);
  expect(["api+failed/api.json", "api/api.json"].map(findPath).map(existsSync)).toEqual([true, true]);
  expect(existsSync(findPath("api+failed.cases.json"))).toBe(false);
  const answer = z.looseObject({ winners: z.array(z.string()), matrix: z.array(z.looseObject({})) });
  expect(await server.call(answer, "compare_experiments", { feature_id })).toMatchObject({
    winners: ["exp-b"],
    matrix: [{ tag: "api", cells: { "exp-a": { passed: 1, failed: 1 } } }, { tag: "e2e" }],
  });

  const measured = { feature_id, only_failed: true, experiment_slugs: ["exp-b"] };
  expect(await server.fail("run_experiments", measured)).toMatchObject({
    code: "nothing_failed",
    message: expect.stringContaining("exp-b"),
  });
});

test("runs a failed tag as a whole if its command names no runner, and says so", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: { api: loggedScript(workspace, "process.exitCode = 1;"), e2e: loggedScript(workspace) },
    }),
    ["exp-a"],
  );
  await waitFor(feature.server, (await feature.start()).run_id);
  const run = await waitFor(
    feature.server,
    (await feature.start({ only_failed: true, tags: ["api"] })).run_id,
  );
  expect(run.results).toMatchObject([
    {
      by_tag: { api: { passed: 0, failed: 1 } },
      failed_first: { api: "its failed tests were not run first: it is counted by its exit status" },
    },
  ]);
  expect(await countStarts(feature.workspace, "exp-a", "api")).toBe(2);
});

test("takes the failed tests from the counted cycle, without files and run failures", async () => {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  const cases = (["a", "b > (the file itself)", "(the run itself)"] as const).map((name) => ({
    ...{ name, status: "failed" as const },
  }));
  await recordCycle(ref, { tags: { api: { cases: [...cases, { name: "c", status: "passed" }] } } });
  await recordCycle(ref, { cycle_id: "C2", tags: { e2e: { tests: { d: "failed" } } } });
  const outcomes = await readOutcomes(ref);
  if (outcomes === undefined) throw new Error("no outcomes");
  const namesOf = async (tag: string) => (await readFailedCases(ref, outcomes, tag)).map(({ name }) => name);
  expect([await namesOf("api"), await namesOf("e2e"), await namesOf("infra")]).toEqual([["a"], ["d"], []]);
});
