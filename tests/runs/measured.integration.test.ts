import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { comparisonAnswerSchema } from "../../schemas/comparison/comparison-answer.ts";
import { findWorktree } from "../../src/experiments/code/worktrees.ts";
import { worktreeBranch } from "../../src/experiments/layout.ts";
import { temporaryRepository } from "../support/repository.ts";
import { loggedScript, prepareRun, waitFor } from "../support/runs.ts";

/** A feature of experiments with worktrees of one repository, whose suites are given. */
async function prepare(suites: (workspace: string) => object, slugs: string[]) {
  const { directory, git, commit } = await temporaryRepository();
  await commit("main", { "shop.ts": "one\n", ".gitignore": "notes\n" });
  const feature = await prepareRun((workspace) => ({ suites: suites(workspace) }), slugs, {}, directory);
  const ref = (experiment_slug: string) => ({
    workspace: directory,
    feature_id: feature.feature_id,
    experiment_slug,
  });
  const findPath = async (slug: string) => {
    const worktree = await findWorktree(ref(slug));
    if (worktree === undefined) throw new Error(`${slug} has no worktree`);
    return worktree.path;
  };
  return {
    ...feature,
    git,
    run: async (options: object = {}) => waitFor(feature.server, (await feature.start(options)).run_id),
    compare: async () => comparisonAnswerSchema.parse(await feature.compare()),
    /** Writes a design into an experiment's worktree, and commits it. */
    write: async (slug: string) => {
      const path = await findPath(slug);
      await writeFile(join(path, `${slug}.ts`), `${worktreeBranch(ref(slug))}\n`);
      await git("-C", path, "add", "--all");
      await git("-C", path, "commit", "--quiet", "-m", slug);
    },
    /** Gives the last commit of an experiment another message. */
    amend: async (slug: string) =>
      git("-C", await findPath(slug), "commit", "--quiet", "--amend", "-m", "otherwise"),
  };
}

test("treats unchanged worktrees as one design, and combines two changed ones", async () => {
  const feature = await prepare((workspace) => ({ api: loggedScript(workspace) }), ["exp-a", "exp-b"]);
  await feature.run();
  expect(await feature.compare()).toMatchObject({
    recommendation: "continue",
    rationale: expect.stringContaining("their code is the same: exp-a, exp-b"),
    next_step: expect.stringContaining("exp-a, exp-b in its own worktree"),
  });
  await feature.write("exp-a");
  await feature.write("exp-b");
  await feature.run();
  expect(await feature.compare()).toMatchObject({
    recommendation: "synthesize",
    combining: ["exp-a + exp-b: code merges cleanly"],
  });
});

test("ignores and names what another command counted", async () => {
  const suite = (exitCode: number) => (workspace: string) => ({
    api: loggedScript(workspace, `process.exitCode = ${exitCode};`),
  });
  const feature = await prepare(suite(1), ["exp-a", "exp-b"]);
  await feature.run();
  expect(await feature.compare()).toMatchObject({ recommendation: "abandon-all" });
  await feature.server.writePlan(feature.feature_id, { suites: suite(0)(feature.workspace) });
  await feature.run({ experiment_slugs: ["exp-b"] });
  expect(await feature.compare()).toMatchObject({
    recommendation: "continue",
    rationale: expect.stringMatching(
      /^So far exp-b \(1 of 1 passed\) leads\. exp-a was not fully measured: api: counted by/,
    ),
    next_step: "Call run_experiments with experiment_slugs exp-a.",
    warnings: expect.arrayContaining([expect.objectContaining({ kind: "counts-outdated" })]),
  });
});

test("still calls a test flaky where it was, after a passing run and after a commit was amended", async () => {
  const flipping = (workspace: string) => ({
    api: loggedScript(
      workspace,
      `const count = fs.readFileSync(${JSON.stringify(join(workspace, "notes"))}, "utf8").match(/start/g).length;
       process.exitCode = count % 2 === 0 ? 1 : 0;`,
    ),
  });
  const feature = await prepare(flipping, ["exp-a"]);
  await feature.run({ repeat: 4 });
  await feature.amend("exp-a");
  expect((await feature.run()).results).toMatchObject([
    { by_tag: { api: { passed: 1, failed: 0 } }, flaky: { api: ["api (failed 2 of 5)"] } },
  ]);
  expect(await feature.compare()).toMatchObject({
    recommendation: "continue",
    rows: [{ experiment_slug: "exp-a", flaky: 1 }],
    warnings: expect.arrayContaining([
      expect.objectContaining({ kind: "tests-flaky", message: expect.stringContaining("failed 2 of 5") }),
    ]),
  });
});

test("an outcome that a rival's suite overwrote neither wins nor loses", async () => {
  const vandal = (workspace: string) => ({
    api: loggedScript(
      workspace,
      `if (slug === "exp-b") {
         const path = process.env.MAIN_CHECKOUT + "/.tdd/experiments/" + process.env.FEATURE_ID + "/exp-a/outcomes.json";
         const record = JSON.parse(fs.readFileSync(path, "utf8"));
         fs.writeFileSync(path, JSON.stringify({ ...record, tests_passed: 0, by_tag: { api: { passed: 0, failed: 9 } } }));
       }`,
    ),
  });
  const feature = await prepare(vandal, ["exp-a", "exp-b"]);
  await feature.run({ experiment_slugs: ["exp-a"] });
  await feature.run({ experiment_slugs: ["exp-b"] });
  expect(await feature.compare()).toMatchObject({
    recommendation: "continue",
    rationale: expect.stringContaining("exp-a was not measured: its timeline has no cycle C1"),
    warnings: expect.arrayContaining([expect.objectContaining({ kind: "evidence-contradicted" })]),
  });
});
