import { expect, test } from "vitest";
import type { NextAction } from "../../schemas/comparison/comparison.ts";
import { describeNextCommand } from "../../src/cli/next-command.ts";

const both = ["exp-a", "exp-b"];
const run = "lakebase-experiments run F1 exp-a exp-b";

test.each<[action: NextAction, text: string]>([
  [
    { action: "plan", experiments: [] },
    "check the name of the feature with lakebase-experiments status, or lakebase-experiments init F1",
  ],
  [{ action: "create", experiments: [] }, "lakebase-experiments create F1 EXPERIMENT…"],
  [{ action: "wait", experiments: both, run_id: "run-1" }, "lakebase-experiments wait run-1"],
  [{ action: "wait", experiments: both }, "compare again when the run has ended."],
  [{ action: "run", experiments: both, tags: ["api", "e2e"] }, `${run} --tags api,e2e`],
  [{ action: "run", experiments: [] }, "lakebase-experiments run F1"],
  [{ action: "resolve", experiments: both, hint: "Log in." }, `Log in. Then ${run}`],
  [{ action: "resolve", experiments: both }, `Then ${run}`],
  [
    { action: "repair", experiments: both, hint: "See outcomes.json." },
    "repair or remove the records of exp-a, exp-b that cannot be read. See outcomes.json.",
  ],
  [
    { action: "correct", experiments: both, tags: ["api", "e2e"] },
    `read in the logs why api, e2e gave no result for exp-a, exp-b, correct and commit. Then ${run}; or lakebase-experiments close F1 exp-a exp-b`,
  ],
  [{ action: "fix_setup", experiments: both }, `correct setup in plan.json, or what it runs. Then ${run}`],
  [
    { action: "fix_suite", experiments: both, tags: ["api", "e2e"] },
    `correct the suites api, e2e in plan.json, or set "required": false there. Then ${run}`,
  ],
  [{ action: "stabilize", experiments: both }, `correct the flaky tests and commit. Then ${run}`],
  [
    { action: "choose", experiments: both },
    "choose one of exp-a, exp-b. Then lakebase-experiments promote F1 EXPERIMENT",
  ],
  [{ action: "promote", experiments: ["exp-a"] }, "lakebase-experiments promote F1 exp-a"],
  [
    { action: "extend", experiments: both },
    `raise budget.per_experiment in plan.json, then ${run}; or lakebase-experiments close F1 exp-a exp-b`,
  ],
  [
    { action: "revise", experiments: both },
    `change the designs, then ${run}; or lakebase-experiments close F1 exp-a exp-b`,
  ],
])("%j is %s", (action, text) => {
  expect(describeNextCommand(action, "F1")).toBe(text);
});

test("names the first of many experiments in a sentence", () => {
  const experiments = Array.from({ length: 12 }, (_, index) => `e${index}`);
  expect(describeNextCommand({ action: "choose", experiments }, "F1")).toContain("e8, e9 and 2 more. Then");
});
