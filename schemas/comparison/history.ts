import * as z from "zod";
import { tagOutcomeSchema } from "../experiment/outcomes.ts";

/**
 * How counts compare with earlier ones. `better`: fewer tests fail or are flaky and no fewer pass, or more pass and no
 * more fail; `worse`: the reverse; `mixed`: neither; `first`: there are no earlier ones; `other_suite`: a different
 * command counted them.
 */
const trendSchema = z.enum(["first", "better", "worse", "same", "mixed", "other_suite"]);
export type Trend = z.infer<typeof trendSchema>;

/** The counts of a tag in one cycle. */
const tagCycleSchema = z.object({
  ...tagOutcomeSchema.shape,
  flaky: z.number().optional(),
  duration_ms: z.number().optional(),
  /** Compared with the previous cycle that counted the tag. */
  trend: trendSchema,
});

/** A cycle of an experiment, according to its timeline. */
const cycleHistorySchema = z.object({
  experiment_slug: z.string(),
  cycle_id: z.string().optional(),
  run_id: z.string().optional(),
  /** When it ended, RFC 3339. */
  ts: z.string(),
  commit: z.string().nullable().optional(),
  /** Whether the code had uncommitted changes. */
  dirty: z.boolean().optional(),
  duration_ms: z.number().optional(),
  by_tag: z.record(z.string(), tagCycleSchema),
  /** What else changed since the previous cycle: the code, the branch, a suite. */
  changed: z.array(z.string()),
});
export type CycleHistory = z.infer<typeof cycleHistorySchema>;

/** Whether an experiment is improving in one tag: its last counts compared with the first from the same suite. */
const tagTrendSchema = z.object({
  experiment_slug: z.string(),
  tag: z.string(),
  trend: trendSchema,
  /** Passed and failed in each cycle, oldest first: `3/2 → 4/1 → 5/0`. If there are many, only the last. */
  counts: z.string(),
  cycles: z.number(),
});
export type TagTrend = z.infer<typeof tagTrendSchema>;

/** How a feature's experiments developed from cycle to cycle. */
export const historySchema = z.object({
  /** For each tag that was counted more than once. */
  trends: z.array(tagTrendSchema),
  /** By experiment, newest first. */
  cycles: z.array(cycleHistorySchema),
});
export type History = z.infer<typeof historySchema>;
