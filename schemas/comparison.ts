import * as z from "zod";
import { combinationSchema } from "./combination.ts";
import { metricComparisonSchema } from "./metric.ts";
import {
  byTagSchema,
  evidenceSchema,
  experimentStatusSchema,
  outcomesSchema,
  tagOutcomeSchema,
} from "./outcomes.ts";
import { schemaComparisonSchema } from "./schema-comparison.ts";
import { smellSchema } from "./smell.ts";
import { testDifferencesSchema } from "./test-difference.ts";

export const recommendationSchema = z.enum(["promote", "synthesize", "continue", "abandon-all"]);
export type Recommendation = z.infer<typeof recommendationSchema>;

/** What a row says of its experiment: only `winning` is a reason to keep it. */
export const signalSchema = z.enum([
  "winning",
  "failing",
  "running",
  "abandoned",
  "no_evidence",
  "not_started",
  "unreadable",
]);
export type Signal = z.infer<typeof signalSchema>;

/**
 * What stands behind a row's counts: `counted`, a run counted them from reports; `claimed`, somebody wrote them
 * down (the kit, an agent); `none`, there is nothing that passed or failed.
 */
export const evidenceStateSchema = z.enum(["counted", "claimed", "none"]);
export type EvidenceState = z.infer<typeof evidenceStateSchema>;

export const experimentRowSchema = z.object({
  experiment_slug: z.string(),
  branch_id: z.string(),
  status: z.enum([...experimentStatusSchema.options, "unknown"]),
  signal: signalSchema,
  evidence_state: evidenceStateSchema,
  /** Why a row is unreadable, failing without a failed test, running before its cycle began, or has no evidence. */
  reason: z.string().optional(),
  /** Tags of the plan that others or earlier cycles ran, and its own last cycle did not: it cannot win so. */
  tags_not_run: z.array(z.string()).optional(),
  tests_passed: z.number().optional(),
  tests_failed: z.number().optional(),
  /** How many tests both failed and passed; they count as neither. Left out for none. */
  flaky: z.number().optional(),
  schema_diff_summary: z.string().optional(),
  /** Added and removed together. */
  code_diff_lines: z.number().optional(),
  code_diff: outcomesSchema.shape.code_diff,
  by_tag: byTagSchema.optional(),
  evidence: evidenceSchema.optional(),
  cycle_count: z.number(),
  artifact_count: z.number(),
  duration_ms: z.number().optional(),
  /** Since its branch was cut. */
  branch_age_ms: z.number().optional(),
});
export type ExperimentRow = z.infer<typeof experimentRowSchema>;

/** One tag across the experiments; null where an experiment did not report it. */
export const tagMatrixRowSchema = z.object({
  tag: z.string(),
  cells: z.record(z.string(), tagOutcomeSchema.nullable()),
});
export type TagMatrixRow = z.infer<typeof tagMatrixRowSchema>;

export const comparisonSchema = z.object({
  feature_id: z.string(),
  generated_at: z.string(),
  rows: z.array(experimentRowSchema),
  matrix: z.array(tagMatrixRowSchema),
  recommendation: recommendationSchema,
  rationale: z.string(),
  /** The experiments that win, the best by metrics first. */
  winners: z.array(z.string()),
  /** What makes the verdict worth less. */
  smells: z.array(smellSchema),
  metrics: z.array(metricComparisonSchema),
  /** How winners combine, pair by pair; empty where fewer than two win. */
  combinations: z.array(combinationSchema),
  tests: testDifferencesSchema.optional(),
  schema: schemaComparisonSchema.optional(),
});
export type ComparisonReport = z.infer<typeof comparisonSchema>;
