import * as z from "zod";
import { recommendationSchema, signalSchema } from "../comparison/comparison.ts";
import { promotionSchema, safetyBranchSchema } from "../promotion/promotion.ts";
import { byTagSchema } from "./outcomes.ts";

/** An experiment's result in the comparison at the time it, or another one of the feature, was closed. */
const comparedExperimentSchema = z.object({
  experiment_slug: z.string(),
  signal: signalSchema,
  by_tag: byTagSchema,
});
export type ComparedExperiment = z.infer<typeof comparedExperimentSchema>;

/** The result of a completed promotion. */
const completedPromotionSchema = z.object({
  run_id: z.string(),
  mode: promotionSchema.shape.mode,
  /** The git branch that contains the code; absent for a design in the main checkout. */
  target: z.string().optional(),
  merge_commit: z.string().optional(),
  parent_branch: z.string(),
  safety_branch: safetyBranchSchema.pick({ branch: true, uid: true }).optional(),
});

/**
 * `closed.json` in the archive: how an experiment ended, and on what grounds. It is kept in git, so it contains no
 * paths of one machine.
 */
export const closedSchema = z.object({
  feature_id: z.string(),
  experiment_slug: z.string(),
  status: z.enum(["promoted", "abandoned"]),
  /** As the caller gave it. */
  reason: z.string(),
  /** RFC 3339. */
  closed_at: z.string(),
  /** `measured`: based on the comparison. `caller`: decided by whoever closed it, for the reason given. */
  verdict_by: z.enum(["measured", "caller"]),
  recommendation: recommendationSchema,
  rationale: z.string(),
  /** The first of the experiments that were compared, including this one. */
  compared: z.array(comparedExperimentSchema),
  branch: z.string(),
  /** Null if it was not recorded. */
  branch_uid: z.string().nullable(),
  /**
   * What happened to the branch. `gone`: it no longer existed. `left`: it may not be the one created for the
   * experiment.
   */
  database: z.enum(["deleted", "gone", "left"]),
  /** The git branch that stays; null for a design in the main checkout. */
  git_branch: z.string().nullable(),
  /** The commit of the design; null if there was none. */
  commit: z.string().nullable(),
  /** `left`: it is locked in git, or has submodules. `none`: the design was in the main checkout. */
  worktree: z.enum(["removed", "gone", "left", "none"]),
  promotion: completedPromotionSchema.optional(),
});
export type Closed = z.infer<typeof closedSchema>;

/** `closed.json` of an experiment that is still being closed: fields for unfinished steps are absent. */
export const closingSchema = closedSchema.partial({ database: true, worktree: true });
export type Closing = z.infer<typeof closingSchema>;
