import assert from "node:assert/strict";
import { greetingPlan, greetingProject, politeGreeting } from "../projects/greeting.ts";
import { nodeSuite } from "../projects/node-suite.ts";
import type { Scenario } from "../scenario.ts";
import { comparisonSchema, cutSchema, startedSchema } from "./answers.ts";
import { readOutcomes } from "./records.ts";

const feature_id = "F3-speed";

/** Both designs pass, and one is faster. */
export const metrics: Scenario = {
  name: "metrics",
  goal: `The README says what a design is, and the plan of feature F3-speed is there. Try two: exp-short says in times.mjs that its times are [1, 1.1, 1.2, 1.3, 1.4, 1.5], exp-long that they are [9, 9.1, 9.2, 9.3, 9.4, 9.5]. Tell me which one is faster by what was measured.`,
  files: {
    ...greetingProject(feature_id, {
      suites: { ...greetingPlan.suites, speed: nodeSuite("tests/times.test.mjs") },
      decide_by: { metric: "greeting" },
    }),
    "README.md":
      "A design is greeting.mjs, which exports greet(name), and times.mjs, which exports times in ms.\n",
    "tests/times.test.mjs": `import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { times } from "../times.mjs";
test("is measured", () => {
  const metric = { name: "greeting", samples: times, unit: "ms", better: "lower" };
  writeFileSync(\`\${process.env.ARTIFACTS_DIR}/metrics.json\`, JSON.stringify([metric]));
});
`,
  },
  play: async ({ choose, follow, write, commit, waitForRun }) => {
    const experiments = [{ experiment_slug: "exp-short" }, { experiment_slug: "exp-long" }];
    const cut = await choose(cutSchema, "create_experiments", { feature_id, experiments });
    for (const { experiment_slug, code_directory } of cut.experiments) {
      const from = experiment_slug === "exp-short" ? 1 : 9;
      const times = [0, 0.1, 0.2, 0.3, 0.4, 0.5].map((more) => from + more);
      await write(code_directory, { ...politeGreeting, "times.mjs": `export const times = [${times}];\n` });
      await commit(code_directory);
    }
    const { run_id } = await follow(startedSchema, "run_experiments", { feature_id, quiet: true });
    await waitForRun(run_id);
    const { winners, rationale } = await follow(comparisonSchema, "compare_experiments", { feature_id });
    assert.equal(winners[0], "exp-short");
    assert.match(rationale, /greeting/);
    await choose(comparisonSchema, "compare_experiments", { feature_id, detail: "metrics" });
  },
  check: async ({ workspace }) => {
    for (const slug of ["exp-short", "exp-long"])
      assert.deepEqual(await readOutcomes(workspace, feature_id, slug), {
        api: { passed: 2, failed: 0 },
        speed: { passed: 1, failed: 0 },
      });
  },
};
