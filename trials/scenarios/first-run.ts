import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { cartProject, exactCart, roundedCart } from "../projects/cart.ts";
import type { Scenario } from "../scenario.ts";
import { comparisonSchema, cutSchema, setupSchema, startedSchema } from "./answers.ts";

const planAnswer = z.object({ plan_path: z.string(), outcome: z.literal("created") });

/** From a project without a plan to a recommendation. */
export const firstRun: Scenario = {
  name: "first-run",
  goal: `The README says what a design of this shop's cart is. For the feature F1-cart, try two: exp-exact stores prices as numeric, exp-rounded as double precision. Tell me which one to take.`,
  files: cartProject,
  play: async ({ follow, read, write, commit, waitForRun }) => {
    const feature_id = "F1-cart";
    await follow(setupSchema, "check_setup");
    const { plan_path } = await follow(planAnswer, "create_plan", { feature_id });
    await read(plan_path);
    const designs = ["exp-exact", "exp-rounded"].map((experiment_slug) => ({ experiment_slug }));
    const cut = await follow(cutSchema, "create_experiments", { feature_id, experiments: designs });
    for (const { experiment_slug, code_directory } of cut.experiments) {
      await write(code_directory, experiment_slug === "exp-exact" ? exactCart : roundedCart);
      await commit(code_directory);
    }
    const { run_id } = await follow(startedSchema, "run_experiments", { feature_id });
    await waitForRun(run_id);
    const { recommendation, winners } = await follow(comparisonSchema, "compare_experiments", { feature_id });
    assert.deepEqual({ recommendation, winners }, { recommendation: "promote", winners: ["exp-exact"] });
  },
  check: async ({ workspace, listBranches }) => {
    const outcomes = async (slug: string) =>
      JSON.parse(await readFile(join(workspace, ".tdd/experiments/F1-cart", slug, "outcomes.json"), "utf8"))
        .by_tag;
    assert.deepEqual(await outcomes("exp-exact"), {
      api: { passed: 2, failed: 0 },
      infra: { passed: 3, failed: 0 },
    });
    assert.deepEqual(await outcomes("exp-rounded"), {
      api: { passed: 1, failed: 1 },
      infra: { passed: 3, failed: 0 },
    });
    assert.equal((await listBranches()).length, 3);
  },
};
