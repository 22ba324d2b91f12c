import { kitPlan } from "../../schemas/plan/kit-plan.ts";
import { planSchema } from "../../schemas/plan/plan.ts";
import { findExample } from "../utils/schema-nodes.ts";

/** What a suite writes to ARTIFACTS_DIR to be compared by metrics. */
const metrics = [{ name: "checkout p50", samples: [41.8, 40.2], unit: "ms", better: "lower" }];

/** Makes a complete plan, with the schema's example for each of our keys, and a complete metrics.json. */
export function makeExample(): Record<"plan.json" | "metrics.json", unknown> {
  const ours = Object.keys(planSchema.shape).filter(
    (key) => !Object.hasOwn(kitPlan, key) && key !== "$schema",
  );
  const plan = Object.fromEntries(ours.map((key) => [key, findExample(planSchema, [key])?.value]));
  return { "plan.json": plan, "metrics.json": metrics };
}
