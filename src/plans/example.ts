import { kitPlan } from "../../schemas/plan/kit-plan.ts";
import { planSchema } from "../../schemas/plan/plan.ts";
import { findExample } from "../utils/schema-nodes.ts";

/** What a suite writes into ARTIFACTS_DIR to be compared by more than its tests. */
const metrics = [{ name: "checkout p50", samples: [41.8, 40.2], unit: "ms", better: "lower" }];

/** A whole plan, every key of ours with the example that the schema gives, and a whole metrics.json. */
export function makeExample(): Record<"plan.json" | "metrics.json", unknown> {
  const ours = Object.keys(planSchema.shape).filter(
    (key) => !Object.hasOwn(kitPlan, key) && key !== "$schema",
  );
  const plan = Object.fromEntries(ours.map((key) => [key, findExample(planSchema, [key])?.value]));
  return { "plan.json": plan, "metrics.json": metrics };
}
