import * as z from "zod";
import { attemptSchema } from "../experiment/attempt.ts";
import {
  byTagSchema,
  evidenceSchema,
  experimentStatusSchema,
  outcomesSchema,
  tagOutcomeSchema,
} from "../experiment/outcomes.ts";
import { reportedSchema } from "../experiment/reported.ts";
import { tagSchema } from "../names.ts";
import { capSchema } from "../plan/cap.ts";
import { combinationSchema } from "./combination.ts";
import { historySchema } from "./history.ts";
import { metricComparisonSchema } from "./metric.ts";
import { schemaComparisonSchema } from "./schema-comparison.ts";
import { testDifferencesSchema } from "./test-difference.ts";
import { warningSchema } from "./warning.ts";

export const recommendationSchema = z.enum(["promote", "synthesize", "continue", "abandon-all"]);
export type Recommendation = z.infer<typeof recommendationSchema>;

/**
 * What a row says of its experiment: only `winning` is a reason to keep it. `capped` is one that does not win and has
 * used up what the plan gives to each: it is out of the running, until the plan gives it more.
 */
export const signalSchema = z.enum([
  "winning",
  "failing",
  "running",
  "abandoned",
  "capped",
  "no_evidence",
  "not_started",
  "unreadable",
]);
export type Signal = z.infer<typeof signalSchema>;

/**
 * What stands behind a row's counts: `counted`, a run measured them; `claimed`, somebody wrote them down (the kit, an
 * agent), or other records contradict them; `reported`, there are none but those of suites that ran elsewhere; `none`,
 * there is nothing that passed or failed.
 */
const evidenceStateSchema = z.enum(["counted", "claimed", "reported", "none"]);
export type EvidenceState = z.infer<typeof evidenceStateSchema>;

/** A test that both passed and failed on the same code, and how often. */
const flakyTestSchema = z.object({
  tag: tagSchema,
  name: z.string(),
  passed: z.number(),
  failed: z.number(),
});
export type FlakyTest = z.infer<typeof flakyTestSchema>;

export const experimentRowSchema = z.object({
  experiment_slug: z.string(),
  branch_id: z.string(),
  /** The folder of its worktree that its code is in, absolute; left out where it has none. */
  code_directory: z.string().optional(),
  status: z.enum([...experimentStatusSchema.options, "unknown"]),
  signal: signalSchema,
  evidence_state: evidenceStateSchema,
  /** Why a row is unreadable, failing without a failed test, running before its cycle began, or has no evidence. */
  reason: z.string().optional(),
  /** Required tags of the plan that it has not run: it cannot win without. */
  tags_not_run: z.array(z.string()).optional(),
  /** What kept the last run from measuring it, or one of its tags. What was counted before stays. */
  last_attempt: attemptSchema.optional(),
  /** It has used up what the plan gives to each experiment; one that wins all the same still wins. */
  capped: capSchema.optional(),
  tests_passed: z.number().optional(),
  tests_failed: z.number().optional(),
  /** How many tests both failed and passed; they count as neither. Left out for none. */
  flaky: z.number().optional(),
  /** The first of them. */
  flaky_tests: z.array(flakyTestSchema).optional(),
  schema_diff_summary: z.string().optional(),
  /** Added and removed together. */
  code_diff_lines: z.number().optional(),
  code_diff: outcomesSchema.shape.code_diff,
  by_tag: byTagSchema.optional(),
  evidence: evidenceSchema.optional(),
  /** By tag, what was reported of suites that ran elsewhere. It decides nothing. */
  reported: reportedSchema.shape.by_tag.optional(),
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

/**
 * What to do next: `create` experiments, `wait` for a run, `resolve` the trouble that kept something from being
 * measured, `repair` records, `run` what is not measured, `fix_setup` or `fix_suite` of the plan, `stabilize` flaky
 * tests, `differentiate` experiments of the same code, `choose` among winners that conflict, `promote` one,
 * `synthesize` several, `revise` designs that all failed, `extend` the budget of those that used theirs up.
 */
const nextActionSchema = z.object({
  action: z.enum([
    "create",
    "wait",
    "resolve",
    "repair",
    "run",
    "fix_setup",
    "fix_suite",
    "stabilize",
    "differentiate",
    "choose",
    "promote",
    "synthesize",
    "revise",
    "extend",
  ]),
  /** Those that it is about, the first of them. */
  experiments: z.array(z.string()),
  /** The suites that it is about; left out where it is about all. */
  tags: z.array(z.string()).optional(),
  /** The run to wait for. */
  run_id: z.string().optional(),
  /** What somebody has to do before: how to log in, which file to repair, which log to read. */
  hint: z.string().optional(),
});
export type NextAction = z.infer<typeof nextActionSchema>;

export const comparisonSchema = z.object({
  feature_id: z.string(),
  generated_at: z.string(),
  rows: z.array(experimentRowSchema),
  matrix: z.array(tagMatrixRowSchema),
  /** The same of what was reported, and not measured; empty where nobody reported anything. */
  reported: z.array(tagMatrixRowSchema),
  recommendation: recommendationSchema,
  rationale: z.string(),
  next_action: nextActionSchema,
  /** The experiments that win, the best by metrics first. */
  winners: z.array(z.string()),
  /** What the metric shows that the plan decides by: among the winners, where there are several, else among all. */
  decision: z.string().optional(),
  /** What makes the verdict worth less. */
  warnings: z.array(warningSchema),
  metrics: z.array(metricComparisonSchema),
  /** How winners combine, pair by pair; empty where fewer than two win. */
  combinations: z.array(combinationSchema),
  tests: testDifferencesSchema.optional(),
  schema: schemaComparisonSchema.optional(),
  history: historySchema.optional(),
});
export type ComparisonReport = z.infer<typeof comparisonSchema>;
