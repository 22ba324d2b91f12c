import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { comparisonAnswerSchema } from "../../schemas/comparison/comparison-answer.ts";
import { answerSchema, findSuitePid, loggedScript, openGate, prepareRun, waitFor } from "../support/runs.ts";

test("abandons nothing while an experiment of the next cycle waits for its turn", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: {
        api: loggedScript(
          workspace,
          `process.exitCode = 1; if (cycle === "C2") await gate("${join(workspace, "gate")}");`,
        ),
      },
    }),
    ["exp-a", "exp-b"],
  );
  await waitFor(feature.server, (await feature.start()).run_id);
  expect(await feature.compare()).toMatchObject({ recommendation: "abandon-all" });

  const { run_id } = await feature.start({ concurrency: 1 });
  const early = comparisonAnswerSchema.parse(await feature.compare());
  expect(early.recommendation).toBe("continue");
  expect(early.rows?.map(({ signal }) => signal)).toEqual(["running", "running"]);
  await openGate(join(feature.workspace, "gate"));
  await waitFor(feature.server, run_id);
  expect(await feature.compare()).toMatchObject({ recommendation: "abandon-all" });
});

test("writes the comparison page at the end of a run, and says where", async () => {
  const feature = await prepareRun(
    (workspace) => ({ suites: { api: loggedScript(workspace) } }),
    ["exp-a", "exp-b"],
  );
  const page = join(feature.workspace, ".tdd/experiments", feature.feature_id, "comparison.html");
  const run = await waitFor(feature.server, (await feature.start()).run_id);
  expect(run.next_step).toContain(page);
  const text = await readFile(page, "utf8");
  expect(text).toContain("synthesize");
  expect(text).not.toContain("continue");
});

test("shows no waiting experiment on the page of a cancelled run", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: { api: loggedScript(workspace, `await gate("${join(workspace, "gate")}");`) },
    }),
    ["exp-a", "exp-b"],
  );
  const { run_id } = await feature.start({ concurrency: 1 });
  await findSuitePid(feature.workspace, "exp-a", "api");
  await feature.server.call(answerSchema, "cancel_run", { run_id });
  const run = await waitFor(feature.server, run_id);
  expect(run.state).toBe("cancelled");
  const text = await readFile(run.next_step.replace(/^.*for people: /, ""), "utf8");
  expect(text).toContain("exp-b has not run");
  expect(text).not.toContain("Still running");
});

test("makes no winner by leaving out the failing suite", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: { api: loggedScript(workspace), e2e: loggedScript(workspace, "process.exitCode = 1;") },
    }),
    ["exp-a"],
  );
  await waitFor(feature.server, (await feature.start()).run_id);
  await waitFor(feature.server, (await feature.start({ tags: ["api"] })).run_id);
  expect(comparisonAnswerSchema.parse(await feature.compare())).toMatchObject({
    recommendation: "continue",
    rationale: expect.stringContaining(
      "exp-a was not fully measured: e2e: counted in C1, and uncommitted code",
    ),
    next_step: expect.stringContaining("run_experiments with experiment_slugs exp-a"),
  });
});
