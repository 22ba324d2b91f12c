import { expect, test } from "vitest";
import * as z from "zod";
import { testDifferencesSchema } from "../../../../schemas/comparison/test-difference.ts";
import { script } from "../../../support/plans.ts";
import { prepareRun, waitFor } from "../../../support/runs.ts";

/** More tests than are listed one by one, and more than a worker could read by itself in so much memory. */
const count = Number(process.env.LONG_REPORT_CASES ?? 120_000);
const megabytes = Number(process.env.LONG_REPORT_MEGABYTES ?? 80);

/** Writes a report of so many tests; in exp-a, the last of them fails. */
const writeReport = `
  const fs = require("node:fs");
  const file = fs.openSync(process.env.ARTIFACTS_DIR + "/api.xml", "w");
  const breaks = process.env.EXPERIMENT_SLUG === "exp-a";
  fs.writeSync(file, "<testsuite>");
  for (let begin = 0; begin < ${count}; begin += 1000) {
    const cases = Array.from({ length: 1000 }, (_, index) =>
      '<testcase classname="m.c" name="t ' + (begin + index) + '" time="0.001"/>\\n');
    fs.writeSync(file, cases.join(""));
  }
  fs.writeSync(file, '<testcase name="last">' + (breaks ? '<failure message="lost"/>' : "") + "</testcase></testsuite>");
  process.exitCode = breaks ? 1 : 0;`;

test("counts and compares a report of very many tests in little memory, and says what it does not list", async () => {
  const feature = await prepareRun(
    () => ({
      suites: {
        api: { ...script(writeReport), timeout_seconds: 600, report: { format: "junit", path: "api.xml" } },
      },
    }),
    ["exp-a", "exp-b"],
    { NODE_OPTIONS: `--max-old-space-size=${megabytes}` },
  );
  const run = await waitFor(feature.server, (await feature.start()).run_id);

  expect(run.results).toMatchObject([
    { status: "failed", by_tag: { api: { passed: count, failed: 1 } } },
    { status: "succeeded", by_tag: { api: { passed: count + 1, failed: 0 } } },
  ]);
  const list = JSON.parse(await feature.artifact("exp-a", "api.cases.json"));
  expect(list.cases.length + list.left_out.passed).toBe(count + 1);
  expect(list.cases).toContainEqual({ name: "last", status: "failed", failure: "lost" });

  const comparison = await feature.server.call(
    z.object({ tests_apart: testDifferencesSchema.shape.apart }),
    "compare_experiments",
    { feature_id: feature.feature_id, detail: "tests" },
  );
  expect(comparison.tests_apart).toMatchObject([
    { name: "last", failed_in: ["exp-a"], passed_in: [], not_run_in: [], not_listed_in: ["exp-b"] },
  ]);
});
