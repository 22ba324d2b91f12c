import * as z from "zod";
import { errorSchema } from "../error.ts";
import { promotionSchema, verificationSchema } from "./promotion.ts";

/**
 * `planned`: something stands against it. `verified`: it may be confirmed. `unfinished`: a promotion began to change
 * something and did not come to its end; confirming goes on. `ready`: the git branch for a pull request is there.
 */
const promotionStateSchema = z.enum([
  "planned",
  "verifying",
  "verified",
  "promoting",
  "unfinished",
  "promoted",
  "ready",
]);

/** One answer of `promote_experiment`. */
export const promotionAnswerSchema = z.object({
  feature_id: z.string(),
  experiment_slug: z.string(),
  state: promotionStateSchema,
  /** The run that is at it at the moment. */
  run_id: z.string().optional(),
  mode: promotionSchema.shape.mode,
  /** What stands against it, each with the way out. */
  objections: z.array(z.object({ ...errorSchema.shape, acceptable: z.boolean() })),
  warnings: z.array(z.string()),
  /** What is merged into what. Absent where it cannot be told, and for a design in the main checkout. */
  code: z
    .object({
      target: z.string(),
      target_commit: z.string(),
      experiment_commit: z.string(),
      how: z.enum(["up_to_date", "fast_forward", "merge", "conflict"]),
      merge_commit: z.string().optional(),
      conflicts: z.array(z.string()).optional(),
    })
    .optional(),
  database: z.object({
    parent_branch: z.string().optional(),
    /** What is run on it, one command a line. */
    commands: z.array(z.string()),
    /** What its ledger of migrations gets, as tool and entry. */
    pending: z.array(z.string()).optional(),
    safety_branch: z.string().optional(),
    safety_branch_expires: z.string().optional(),
  }),
  verified: verificationSchema
    .pick({
      state: true,
      run_id: true,
      cycle_id: true,
      commit: true,
      by_tag: true,
      schema_diff_summary: true,
    })
    .extend({ target_commit: z.string().optional(), at: z.string().optional() })
    .optional(),
  /** The steps of the last promotion, as step and what came of it. */
  steps: z.array(z.string()).optional(),
  /** Absolute path of what the migration printed last. */
  log: z.string().optional(),
  /** Why the last promotion failed. */
  error: errorSchema.optional(),
  pull_request: z
    .object({ git_branch: z.string(), title: z.string(), path: z.string(), body: z.string() })
    .optional(),
});
export type PromotionAnswer = z.infer<typeof promotionAnswerSchema>;
