import * as z from "zod";

/**
 * The kit's own keys in a plan and its budget. They are kept as they are, and we use none of them. Source:
 * databricks-solutions/lakebase-app-dev-kit, scripts/sftdd/schemas/plan.schema.json.
 */
export const kitPlan = {
  feature_id: z.unknown().optional(),
  story_id: z.unknown().optional(),
  N: z.unknown().optional(),
  mode: z.unknown().optional(),
  strategies: z.unknown().optional(),
  rationale: z.unknown().optional(),
  spike_inputs: z.unknown().optional(),
};
export const kitBudget = { agent_pairs: z.unknown().optional() };
