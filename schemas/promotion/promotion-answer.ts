import * as z from "zod";
import { errorSchema } from "../error.ts";
import { promotionSchema, verificationSchema } from "./promotion.ts";

/**
 * `planned`: something prevents it. `verified`: it can be confirmed. `unfinished`: a promotion began to change
 * something and was interrupted; confirming continues it. `ready`: the git branch for a pull request exists.
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

/** An answer of `promote_experiment`. */
export const promotionAnswerSchema = z.object({
  feature_id: z.string(),
  experiment_slug: z.string(),
  state: promotionStateSchema,
  /** The run that is working on it. */
  run_id: z.string().optional(),
  mode: promotionSchema.shape.mode,
  /** What prevents it, each with a way to resolve it. */
  objections: z.array(z.object({ ...errorSchema.shape, acceptable: z.boolean() })),
  warnings: z.array(z.string()),
  /** What is merged into what. Absent if unknown, and for a design in the main checkout. */
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
    /** The commands that run on it, one per line. */
    commands: z.array(z.string()),
    /** The migrations its ledger will get, as tool and entry. */
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
  /** The steps of the last promotion, each with its result. */
  steps: z.array(z.string()).optional(),
  /** Absolute path of the migration's latest output. */
  log: z.string().optional(),
  /** Why the last promotion failed. */
  error: errorSchema.optional(),
  pull_request: z
    .object({ git_branch: z.string(), title: z.string(), path: z.string(), body: z.string() })
    .optional(),
});
export type PromotionAnswer = z.infer<typeof promotionAnswerSchema>;
