import assert from "node:assert/strict";
import * as z from "zod";
import { carelessGreeting, greetingProject, politeGreeting } from "../projects/greeting.ts";
import type { Scenario } from "../scenario.ts";
import { comparisonSchema, cutSchema, startedSchema } from "./answers.ts";
import { readOutcomes } from "./records.ts";

/** A suite fails; the agent finds out why, corrects the design, and reruns what failed. */
export const fixFailure: Scenario = {
  name: "fix-failure",
  goal: `The README says what a design is, and the plan of feature F2-greeting is there. Make an experiment exp-plain of it, and bring it to where all its tests pass.`,
  files: greetingProject("F2-greeting"),
  play: async ({ choose, follow, write, commit, waitForRun }) => {
    const feature_id = "F2-greeting";
    const experiments = [{ experiment_slug: "exp-plain" }];
    const cut = await choose(cutSchema, "create_experiments", { feature_id, experiments });
    const [{ code_directory }] = z.tuple([cutSchema.shape.experiments.element]).parse(cut.experiments);
    await write(code_directory, carelessGreeting);
    await commit(code_directory);
    const { run_id } = await follow(startedSchema, "run_experiments", { feature_id });
    await waitForRun(run_id);
    const first = await follow(comparisonSchema, "compare_experiments", { feature_id });
    assert.equal(first.recommendation, "abandon-all");
    const { tests_failing_everywhere } = await follow(testsSchema, "compare_experiments", {
      feature_id,
      detail: "tests",
    });
    assert.match(JSON.stringify(tests_failing_everywhere), /greets a stranger/);
    await write(code_directory, politeGreeting);
    await commit(code_directory);
    const again = await follow(startedSchema, "run_experiments", { feature_id, only_failed: true });
    await waitForRun(again.run_id);
    const second = await follow(comparisonSchema, "compare_experiments", { feature_id });
    assert.equal(second.recommendation, "promote");
  },
  check: async ({ workspace }) => {
    assert.deepEqual(await readOutcomes(workspace, "F2-greeting", "exp-plain"), {
      api: { passed: 2, failed: 0 },
    });
  },
};

const testsSchema = z.object({ tests_failing_everywhere: z.unknown() });
