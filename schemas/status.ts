import * as z from "zod";
import { recommendationSchema, signalSchema } from "./comparison/comparison.ts";
import { runSchema } from "./run.ts";

/**
 * How far along a feature is. `planned`: it has no experiments yet. `cut`: it has some, and nothing is decided.
 * `running`: a run is in progress. `decided`: the comparison says promote, synthesize or abandon-all. `promoted`: a
 * winner has been promoted, but experiments are still open. `closed`: all experiments are closed.
 */
const phaseSchema = z.enum(["planned", "cut", "running", "decided", "promoted", "closed"]);
export type Phase = z.infer<typeof phaseSchema>;

/** The part of a run that a status shows. */
const runStatusSchema = runSchema
  .pick({ run_id: true, kind: true, cycle_id: true, state: true })
  .extend({ age_minutes: z.number().int() });
export type RunStatus = z.infer<typeof runStatusSchema>;

/** The state of an experiment, open or closed. */
export const experimentSummarySchema = z.object({
  experiment_slug: z.string(),
  /** `closing`: closing began and was interrupted. */
  state: z.enum(["open", "closing", "closed"]),
  branch: z.string(),
  /** For an open experiment; absent if Lakebase could not be asked. */
  branch_state: z.enum(["there", "gone", "replaced"]).optional(),
  age_minutes: z.number().int().optional(),
  /** The minutes for which its branch has existed, or did. */
  branch_minutes: z.number().int().optional(),
  expires_in_minutes: z.number().int().optional(),
  signal: signalSchema.optional(),
  last_run: runStatusSchema.optional(),
  /** How, when and why a closed experiment ended. */
  closed: z
    .object({ status: z.enum(["promoted", "abandoned"]), closed_at: z.string(), reason: z.string() })
    .optional(),
});
export type ExperimentSummary = z.infer<typeof experimentSummarySchema>;

/** The state of a feature. */
export const featureStatusSchema = z.object({
  feature_id: z.string(),
  phase: phaseSchema,
  /** The number of open and of closed experiments. */
  open: z.number().int(),
  closed: z.number().int(),
  /** For all its experiments, including closed ones. */
  branch_minutes: z.number().int(),
  recommendation: recommendationSchema.optional(),
  last_run: runStatusSchema.optional(),
  /** What is in progress, or was begun and waits for somebody. */
  waits_for: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type FeatureStatus = z.infer<typeof featureStatusSchema>;
