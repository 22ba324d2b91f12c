import * as z from "zod";
import { recommendationSchema, signalSchema } from "../comparison/comparison.ts";
import { promotionSchema, safetyBranchSchema } from "../promotion/promotion.ts";
import { byTagSchema } from "./outcomes.ts";

/** An experiment as the comparison had it when it was closed, or when another of its feature was. */
const comparedExperimentSchema = z.object({
  experiment_slug: z.string(),
  signal: signalSchema,
  by_tag: byTagSchema,
});
export type ComparedExperiment = z.infer<typeof comparedExperimentSchema>;

/** What a promotion that came to its end brought home. */
const broughtHomeSchema = z.object({
  run_id: z.string(),
  mode: promotionSchema.shape.mode,
  /** The git branch that has the code; absent for a design in the main checkout. */
  target: z.string().optional(),
  merge_commit: z.string().optional(),
  parent_branch: z.string(),
  safety_branch: safetyBranchSchema.pick({ branch: true, uid: true }).optional(),
});

/**
 * `closed.json` in the archive: how an experiment ended, and what was decided on. git keeps it, so it names no place
 * of one machine.
 */
export const closedSchema = z.object({
  feature_id: z.string(),
  experiment_slug: z.string(),
  status: z.enum(["promoted", "abandoned"]),
  /** As the caller gave it. */
  reason: z.string(),
  /** RFC 3339. */
  closed_at: z.string(),
  /** `measured`: the comparison said so. `caller`: whoever closed it did, for the reason given. */
  verdict_by: z.enum(["measured", "caller"]),
  recommendation: recommendationSchema,
  rationale: z.string(),
  /** The first of what was compared, this one among them. */
  compared: z.array(comparedExperimentSchema),
  branch: z.string(),
  /** Null where no record told. */
  branch_uid: z.string().nullable(),
  /** What became of the branch. `gone`: it was not there any more. `left`: it is not known to be the one created for it. */
  database: z.enum(["deleted", "gone", "left"]),
  /** The git branch that stays; null for a design in the main checkout. */
  git_branch: z.string().nullable(),
  /** The commit that the design was at; null where there was none. */
  commit: z.string().nullable(),
  /** `left`: git holds it locked, or it has submodules. `none`: the design was in the main checkout. */
  worktree: z.enum(["removed", "gone", "left", "none"]),
  promotion: broughtHomeSchema.optional(),
});
export type Closed = z.infer<typeof closedSchema>;

/** `closed.json` among the experiments, of one that is being closed: what is not done yet is left out. */
export const closingSchema = closedSchema.partial({ database: true, worktree: true });
export type Closing = z.infer<typeof closingSchema>;
