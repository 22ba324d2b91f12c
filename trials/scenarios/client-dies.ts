import assert from "node:assert/strict";
import * as z from "zod";
import { greetingPlan, greetingProject, politeGreeting } from "../projects/greeting.ts";
import { nodeSuite } from "../projects/node-suite.ts";
import type { Scenario } from "../scenario.ts";
import { comparisonSchema, cutSchema, startedSchema } from "./answers.ts";
import { listRunIds, readOutcomes } from "./records.ts";

const feature_id = "F4-greeting";

const statusSchema = z.object({ features: z.array(z.object({ next_step: z.string() })) });

/**
 * The client dies during a run. The next one finds the run, and does not start another. The slow suite outlasts the start
 * of the next client on a busy machine.
 */
export const clientDies: Scenario = {
  name: "client-dies",
  goal: `The README says what a design is, and the plan of feature F4-greeting is there. Make one experiment exp-plain of it and tell me whether it passes. Perhaps you have begun already: look where it stands.`,
  files: {
    ...greetingProject(feature_id, {
      suites: { ...greetingPlan.suites, slow: nodeSuite("tests/slow.test.mjs") },
    }),
    "tests/slow.test.mjs": `import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
test("takes its time", () => setTimeout(12_000));
`,
  },
  diesAfter: "run_experiments",
  play: async ({ choose, follow, write, commit, waitForRun }) => {
    const { features } = await choose(statusSchema, "get_status");
    const run_id = /run-\w+-\w+/.exec(features[0]?.next_step ?? "")?.[0];
    if (run_id === undefined) {
      const experiments = [{ experiment_slug: "exp-plain" }];
      const cut = await follow(cutSchema, "create_experiments", { feature_id, experiments });
      for (const { code_directory } of cut.experiments) {
        await write(code_directory, politeGreeting);
        await commit(code_directory);
      }
      await follow(startedSchema, "run_experiments", { feature_id });
      assert.fail("The client was to die.");
    }
    await waitForRun(run_id);
    const { winners } = await follow(comparisonSchema, "compare_experiments", { feature_id });
    assert.deepEqual(winners, ["exp-plain"]);
  },
  check: async ({ workspace }) => {
    assert.equal((await listRunIds(workspace)).length, 1);
    const { api, slow } = await readOutcomes(workspace, feature_id, "exp-plain");
    assert.deepEqual({ api, slow }, { api: { passed: 2, failed: 0 }, slow: { passed: 1, failed: 0 } });
  },
};
