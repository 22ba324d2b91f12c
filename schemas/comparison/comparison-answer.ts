import * as z from "zod";
import { combinationSchema } from "./combination.ts";
import { experimentRowSchema, recommendationSchema, tagMatrixRowSchema } from "./comparison.ts";
import { historySchema } from "./history.ts";
import { metricComparisonSchema } from "./metric.ts";
import { schemaChangeSchema } from "./schema-change.ts";
import { schemaComparisonSchema } from "./schema-comparison.ts";
import { testDifferenceSchema } from "./test-difference.ts";
import { warningSchema } from "./warning.ts";

/** What `compare_experiments` can tell: by default the summary, the others on demand. */
export const comparisonDetailSchema = z.enum(["summary", "rows", "tests", "schema", "metrics", "history"]);
export type ComparisonDetail = z.infer<typeof comparisonDetailSchema>;

/** A row by what the asked detail shows of it; these are always there. */
const answerRowSchema = experimentRowSchema.partial().required({ experiment_slug: true, signal: true });
export type AnswerRow = z.infer<typeof answerRowSchema>;

/** One answer of `compare_experiments`. What is not of the asked detail is left out. */
export const comparisonAnswerSchema = z.object({
  feature_id: z.string(),
  recommendation: recommendationSchema,
  rationale: z.string(),
  /** What to do next, one sentence. */
  next_step: z.string(),
  /** The best by metrics first; at most 25. */
  winners: z.array(z.string()),
  /**
   * `summary` shows the lighter rows: without a status that the signal tells, totals that the matrix adds up to, and a
   * reason that the rationale gives. `rows` shows all.
   */
  rows: z.array(answerRowSchema).optional(),
  matrix: z.array(tagMatrixRowSchema).optional(),
  /** What was reported, and not measured; left out where nothing was. */
  reported: z.array(tagMatrixRowSchema).optional(),
  /** What the metric shows that the plan decides by; left out where the rationale has it. */
  decision: z.string().optional(),
  /** How winners combine, a line for all pairs that go together alike; `schema` has it pair by pair. */
  combining: z.array(z.string()).optional(),
  /** Why the verdict is worth less. `rows` names the records that show it. */
  warnings: z.array(warningSchema.partial({ records: true })).optional(),
  /** How many warnings are left out: `rows` has them all. */
  more_warnings: z.number().optional(),
  /** How many tags are left out of the matrix. */
  more_tags: z.number().optional(),
  tests_apart: z.array(testDifferenceSchema).optional(),
  tests_failing_everywhere: z.array(testDifferenceSchema).optional(),
  schema_changes: z.array(schemaChangeSchema.extend({ experiment_slug: z.string() })).optional(),
  schema_collisions: schemaComparisonSchema.shape.collisions.optional(),
  schema_risks: schemaComparisonSchema.shape.risks.optional(),
  combinations: z.array(combinationSchema).optional(),
  metrics: z.array(metricComparisonSchema).optional(),
  /** Whether experiments get better, and their cycles, newest first. */
  trends: historySchema.shape.trends.optional(),
  history: historySchema.shape.cycles.optional(),
  /** What the records say of how to get past what kept a run from measuring. */
  remedy: z.string().optional(),
  /** How to measure, or to measure better. */
  advice: z.string().optional(),
  /** Leads to the next page; null on the last. */
  next_cursor: z.string().nullable(),
});
export type ComparisonAnswer = z.infer<typeof comparisonAnswerSchema>;
