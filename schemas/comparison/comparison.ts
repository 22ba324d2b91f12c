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
 * The result of an experiment: only `winning` is a reason to keep it. A `capped` experiment does not win and has used
 * up the plan's budget per experiment; it is out of the running until the plan allows more.
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
 * Where a row's counts come from. `counted`: a run measured them. `claimed`: somebody else wrote them down (the kit, an
 * agent), or other records contradict them. `reported`: there are only reports of suites that ran elsewhere. `none`:
 * nothing passed or failed.
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
  /** The folder in its worktree that contains its code, absolute; absent without a worktree. */
  code_directory: z.string().optional(),
  status: z.enum([...experimentStatusSchema.options, "unknown"]),
  signal: signalSchema,
  evidence_state: evidenceStateSchema,
  /** Why a row is unreadable, failing without a failed test, running before its cycle began, or has no evidence. */
  reason: z.string().optional(),
  /** Tags that the plan requires and that it has not run, so it cannot win. */
  tags_not_run: z.array(z.string()).optional(),
  /** What prevented the last run from measuring it, or one of its tags. Earlier counts are kept. */
  last_attempt: attemptSchema.optional(),
  /** It has used up the plan's budget per experiment. If it wins, it still wins. */
  capped: capSchema.optional(),
  tests_passed: z.number().optional(),
  tests_failed: z.number().optional(),
  /** The number of tests that both failed and passed; they count as neither. Absent if there are none. */
  flaky: z.number().optional(),
  /** The first few of them. */
  flaky_tests: z.array(flakyTestSchema).optional(),
  schema_diff_summary: z.string().optional(),
  /** Lines added plus lines removed. */
  code_diff_lines: z.number().optional(),
  code_diff: outcomesSchema.shape.code_diff,
  by_tag: byTagSchema.optional(),
  evidence: evidenceSchema.optional(),
  /** Reports of suites that ran elsewhere, by tag. They decide nothing. */
  reported: reportedSchema.shape.by_tag.optional(),
  cycle_count: z.number(),
  artifact_count: z.number(),
  duration_ms: z.number().optional(),
  /** Since its branch was cut. */
  branch_age_ms: z.number().optional(),
});
export type ExperimentRow = z.infer<typeof experimentRowSchema>;

/** A tag across the experiments; null for an experiment without counts for it. */
export const tagMatrixRowSchema = z.object({
  tag: z.string(),
  cells: z.record(z.string(), tagOutcomeSchema.nullable()),
});
export type TagMatrixRow = z.infer<typeof tagMatrixRowSchema>;

/**
 * What to do next: `create` experiments, `wait` for a run, `resolve` a problem that prevented measuring, `repair`
 * records, `run` what is not measured, `correct` designs whose suites gave no result, `fix_setup` or `fix_suite` in the plan, `stabilize` flaky tests, `differentiate`
 * experiments with the same code, `choose` between conflicting winners, `promote` one, `synthesize` several, `revise`
 * designs that all failed, `extend` a budget that is used up.
 */
const nextActionSchema = z.object({
  action: z.enum([
    "plan",
    "create",
    "wait",
    "resolve",
    "repair",
    "run",
    "correct",
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
  /** The experiments concerned, if there are many the first of them. */
  experiments: z.array(z.string()),
  /** The suites concerned; absent if it is all of them. */
  tags: z.array(z.string()).optional(),
  /** The run to wait for. */
  run_id: z.string().optional(),
  /** What has to be done first: how to log in, which file to repair, which log to read. */
  hint: z.string().optional(),
});
export type NextAction = z.infer<typeof nextActionSchema>;

export const comparisonSchema = z.object({
  feature_id: z.string(),
  generated_at: z.string(),
  rows: z.array(experimentRowSchema),
  matrix: z.array(tagMatrixRowSchema),
  /** The matrix of what was reported but not measured; empty if nothing was reported. */
  reported: z.array(tagMatrixRowSchema),
  recommendation: recommendationSchema,
  rationale: z.string(),
  next_action: nextActionSchema,
  /** The winning experiments, best by metrics first. */
  winners: z.array(z.string()),
  /** What the plan's deciding metric shows: among the winners if there are several, otherwise among all. */
  decision: z.string().optional(),
  /** What makes the verdict less reliable. */
  warnings: z.array(warningSchema),
  metrics: z.array(metricComparisonSchema),
  /** How each pair of winners combines; empty if fewer than two win. */
  combinations: z.array(combinationSchema),
  tests: testDifferencesSchema.optional(),
  schema: schemaComparisonSchema.optional(),
  history: historySchema.optional(),
});
export type ComparisonReport = z.infer<typeof comparisonSchema>;
