import * as z from "zod";
import { recommendationSchema, signalSchema } from "./comparison/comparison.ts";
import { runSchema } from "./run.ts";

/**
 * How far a feature is. `planned`: it has no experiments yet. `cut`: it has some, and nothing is decided. `running`: a
 * run is on. `decided`: the comparison says promote, synthesize or abandon-all. `promoted`: a winner is home, and
 * experiments are still open. `closed`: all are put away.
 */
const phaseSchema = z.enum(["planned", "cut", "running", "decided", "promoted", "closed"]);
export type Phase = z.infer<typeof phaseSchema>;

/** A run as far as a status tells of it. */
const runStatusSchema = runSchema
  .pick({ run_id: true, kind: true, cycle_id: true, state: true })
  .extend({ age_minutes: z.number().int() });
export type RunStatus = z.infer<typeof runStatusSchema>;

/** One experiment of a feature as it stands, a closed one too. */
export const experimentSummarySchema = z.object({
  experiment_slug: z.string(),
  /** `closing`: it was begun and did not finish. */
  state: z.enum(["open", "closing", "closed"]),
  branch: z.string(),
  /** Of an open one; absent where Lakebase could not be asked. */
  branch_state: z.enum(["there", "gone", "replaced"]).optional(),
  age_minutes: z.number().int().optional(),
  /** For how many minutes its branch has been there, or was. */
  branch_minutes: z.number().int().optional(),
  expires_in_minutes: z.number().int().optional(),
  signal: signalSchema.optional(),
  last_run: runStatusSchema.optional(),
  /** How a closed one ended, when and why. */
  closed: z
    .object({ status: z.enum(["promoted", "abandoned"]), closed_at: z.string(), reason: z.string() })
    .optional(),
});
export type ExperimentSummary = z.infer<typeof experimentSummarySchema>;

/** A feature as it stands. */
export const featureStatusSchema = z.object({
  feature_id: z.string(),
  phase: phaseSchema,
  /** How many experiments are open, and how many are closed. */
  open: z.number().int(),
  closed: z.number().int(),
  /** Of all its experiments, closed ones too. */
  branch_minutes: z.number().int(),
  recommendation: recommendationSchema.optional(),
  last_run: runStatusSchema.optional(),
  /** What is on, or was begun and waits for somebody. */
  waits_for: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type FeatureStatus = z.infer<typeof featureStatusSchema>;
