import assert from "node:assert/strict";
import { dirname } from "node:path";
import { runAnswerSchema } from "../../tools/support/run-answer.ts";
import { greetingProject, politeGreeting } from "../projects/greeting.ts";
import { nodeSuite } from "../projects/node-suite.ts";
import type { Scenario } from "../scenario.ts";
import { comparisonSchema, cutSchema, keptPlanSchema, startedSchema } from "./answers.ts";
import { readOutcomes } from "./records.ts";

const feature_id = "F5-greeting";
const tags = ["api", "e2e", "smoke", "unit"];

const sound = Object.fromEntries(tags.map((tag) => [tag, nodeSuite(`tests/${tag}.test.mjs`)]));

/** The program does not exist; the report is elsewhere; it takes too long; the report has no tests. */
const broken = {
  api: { ...nodeSuite(), command: ["no-such-runner"] },
  e2e: { ...sound.e2e, report: { format: "junit", path: "elsewhere.xml" } },
  smoke: { ...nodeSuite(), command: ["node", "-e", "setInterval(() => {}, 1000)"], timeout_seconds: 1 },
  unit: {
    ...nodeSuite(),
    command: ["node", "-e", 'fs.writeFileSync(process.env.ARTIFACTS_DIR + "/report.xml", "<testsuites/>")'],
  },
};

/** Four suites give no evidence, each for its own reason. */
export const brokenSuites: Scenario = {
  name: "broken-suites",
  goal: `The README says what a design is. The plan of feature F5-greeting has suites api, e2e, smoke and unit, each meant to run tests/<tag>.test.mjs by node:test, but they are broken. Make one experiment exp-plain, correct the plan, and bring all four to be measured.`,
  files: {
    ...greetingProject(feature_id, { suites: broken }),
    ...Object.fromEntries(
      tags.map((tag) => [
        `tests/${tag}.test.mjs`,
        `import { test } from "node:test";\nimport { greet } from "../greeting.mjs";\ntest("${tag} greets", () => greet("Ada"));\n`,
      ]),
    ),
  },
  play: async ({ follow, read, write, commit, waitForRun }) => {
    const { plan_path } = await follow(keptPlanSchema, "create_plan", { feature_id });
    const experiments = [{ experiment_slug: "exp-plain" }];
    const cut = await follow(cutSchema, "create_experiments", { feature_id, experiments });
    for (const { code_directory } of cut.experiments) {
      await write(code_directory, politeGreeting);
      await commit(code_directory);
    }
    const { run_id } = await follow(startedSchema, "run_experiments", { feature_id });
    const { results } = runAnswerSchema.pick({ results: true }).parse(await waitForRun(run_id));
    assert.deepEqual(Object.keys(results[0]?.no_evidence ?? {}).sort(), tags);
    for (const log of Object.values(results[0]?.logs ?? {})) await read(log);
    await read(plan_path);
    await write(dirname(plan_path), { "plan.json": JSON.stringify({ suites: sound }) });
    await follow(comparisonSchema, "compare_experiments", { feature_id });
    const again = await follow(startedSchema, "run_experiments", { feature_id, only_failed: true });
    await waitForRun(again.run_id);
    const { winners } = await follow(comparisonSchema, "compare_experiments", { feature_id });
    assert.deepEqual(winners, ["exp-plain"]);
  },
  check: async ({ workspace }) => {
    const measured = await readOutcomes(workspace, feature_id, "exp-plain");
    assert.deepEqual(measured, Object.fromEntries(tags.map((tag) => [tag, { passed: 1, failed: 0 }])));
  },
};
