import * as z from "zod";
import { tagOutcomeSchema } from "../experiment/outcomes.ts";

/**
 * How counts stand to those before. `better`: fewer tests fail or are flaky and none less passes, or more pass and none
 * more fails; `worse`, the other way round; `mixed`, neither; `first`, there is nothing before; `other_suite`, another
 * command counted them.
 */
const trendSchema = z.enum(["first", "better", "worse", "same", "mixed", "other_suite"]);
export type Trend = z.infer<typeof trendSchema>;

/** What one cycle counted for one tag. */
const tagCycleSchema = z.object({
  ...tagOutcomeSchema.shape,
  flaky: z.number().optional(),
  duration_ms: z.number().optional(),
  /** Beside the last cycle before that counted the tag. */
  trend: trendSchema,
});

/** One cycle of an experiment, as its timeline tells. */
const cycleHistorySchema = z.object({
  experiment_slug: z.string(),
  cycle_id: z.string().optional(),
  run_id: z.string().optional(),
  /** When it ended, RFC 3339. */
  ts: z.string(),
  commit: z.string().nullable().optional(),
  /** Whether the code had other changes than its commit. */
  dirty: z.boolean().optional(),
  duration_ms: z.number().optional(),
  by_tag: z.record(z.string(), tagCycleSchema),
  /** What else is not as it was in the cycle before: the code, the branch, a suite. */
  changed: z.array(z.string()),
});
export type CycleHistory = z.infer<typeof cycleHistorySchema>;

/** Whether an experiment gets better by one tag: its last counts beside the first that the same suite gave. */
const tagTrendSchema = z.object({
  experiment_slug: z.string(),
  tag: z.string(),
  trend: trendSchema,
  /** Over all cycles, oldest first: `3/2 → 4/1 → 5/0`, passed and failed. The last of many. */
  counts: z.string(),
  cycles: z.number(),
});
export type TagTrend = z.infer<typeof tagTrendSchema>;

/** How a feature's experiments went, cycle by cycle. */
export const historySchema = z.object({
  /** Of what was counted more than once. */
  trends: z.array(tagTrendSchema),
  /** By experiment, newest first. */
  cycles: z.array(cycleHistorySchema),
});
export type History = z.infer<typeof historySchema>;
