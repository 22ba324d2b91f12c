import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { closingAnswerSchema } from "../../schemas/experiment/closing-answer.ts";
import { promotionAnswerSchema } from "../../schemas/promotion/promotion-answer.ts";
import { cartPlan, cartProject, exactCart, roundedCart } from "../projects/cart.ts";
import type { Scenario } from "../scenario.ts";
import { comparisonSchema, cutSchema, startedSchema } from "./answers.ts";

const feature_id = "F6-cart";
const promotionSchema = promotionAnswerSchema.pick({ state: true, run_id: true });
const closingSchema = closingAnswerSchema.pick({ experiments: true });

/** From two designs to one on main, with nothing else left. */
export const promote: Scenario = {
  name: "promote",
  goal: `The README says what a design of this shop's cart is, and the plan of feature F6-cart is there. Try two: exp-exact stores prices as numeric, exp-rounded as double precision. Verify the better one and promote it: you have my consent. Then close both experiments, and see that nothing is left over.`,
  files: { ...cartProject, [`.tdd/features/${feature_id}/plan.json`]: JSON.stringify(cartPlan) },
  play: async ({ choose, follow, write, commit, waitForRun }) => {
    const designs = ["exp-exact", "exp-rounded"].map((experiment_slug) => ({ experiment_slug }));
    const cut = await choose(cutSchema, "create_experiments", { feature_id, experiments: designs });
    for (const { experiment_slug, code_directory } of cut.experiments) {
      await write(code_directory, experiment_slug === "exp-exact" ? exactCart : roundedCart);
      await commit(code_directory);
    }
    const { run_id } = await follow(startedSchema, "run_experiments", { feature_id });
    await waitForRun(run_id);
    const { winners } = await follow(comparisonSchema, "compare_experiments", { feature_id });
    const winner = { feature_id, experiment_slug: z.string().parse(winners[0]) };

    const bring = async (how: object) => {
      const { run_id } = await follow(promotionSchema, "promote_experiment", {
        ...winner,
        ...how,
        wait_seconds: 0,
      });
      if (run_id !== undefined) await waitForRun(run_id);
      return (await follow(promotionSchema, "promote_experiment", winner)).state;
    };
    assert.equal((await follow(promotionSchema, "promote_experiment", winner)).state, "planned");
    assert.equal(await bring({ verify: true }), "verified");
    assert.equal(await bring({ confirm: true }), "promoted");

    const closing = { feature_id, experiment_slugs: ["exp-exact", "exp-rounded"], reason: "exact sums" };
    await follow(z.unknown(), "close_experiments", closing);
    const { experiments } = await follow(closingSchema, "close_experiments", { ...closing, confirm: true });
    assert.deepEqual(
      experiments.map(({ state }) => state),
      ["closed", "closed"],
    );
    await choose(z.object({ removable: z.literal(0) }), "clean_up");
  },
  check: async ({ workspace, git, listBranches }) => {
    assert.match(await git("show", "main:schema.sql"), /numeric/);
    assert.equal((await git("worktree", "list")).split("\n").length, 1);
    assert.ok(existsSync(join(workspace, ".tdd", "archive", feature_id, "exp-rounded")));
    const branches = await listBranches();
    assert.deepEqual(
      branches.filter((name) => name.includes("exp-")),
      [],
    );
  },
};
