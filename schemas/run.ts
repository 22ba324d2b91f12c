import { z } from "zod";
import { errorSchema } from "./error.ts";
import { byTagSchema } from "./outcomes.ts";

export const runStateSchema = z.enum(["queued", "running", "finished", "cancelled", "interrupted"]);
export type RunState = z.infer<typeof runStateSchema>;

/** One experiment's part in a run. */
export const runResultSchema = z.object({
  experiment_slug: z.string(),
  status: z.enum(["queued", "running", "succeeded", "failed"]),
  /** What it does at the moment: `branch`, `setup`, or a tag. */
  step: z.string().optional(),
  duration_ms: z.number().optional(),
  by_tag: byTagSchema,
  /** Tags whose suite ran and proved nothing, with the reason. */
  no_evidence: z.record(z.string(), z.string()).optional(),
  error: errorSchema.optional(),
});
export type RunResult = z.infer<typeof runResultSchema>;

/** One race over a plan, as its worker last wrote it. Results stand in input order. */
export const runSchema = z.object({
  run_id: z.string(),
  feature_id: z.string(),
  cycle_id: z.string(),
  state: runStateSchema,
  concurrency: z.number().int(),
  created_at: z.string(),
  results: z.array(runResultSchema),
  peak_in_flight: z.number().int(),
  total_duration_ms: z.number(),
});
export type Run = z.infer<typeof runSchema>;
