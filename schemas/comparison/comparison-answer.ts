import * as z from "zod";
import { combinationSchema } from "./combination.ts";
import { experimentRowSchema, recommendationSchema, tagMatrixRowSchema } from "./comparison.ts";
import { historySchema } from "./history.ts";
import { metricComparisonSchema } from "./metric.ts";
import { schemaChangeSchema } from "./schema-change.ts";
import { schemaComparisonSchema } from "./schema-comparison.ts";
import { testDifferenceSchema } from "./test-difference.ts";
import { warningSchema } from "./warning.ts";

/** What `compare_experiments` can return: the summary by default, the others on request. */
export const comparisonDetailSchema = z.enum(["summary", "rows", "tests", "schema", "metrics", "history"]);
export type ComparisonDetail = z.infer<typeof comparisonDetailSchema>;

/** The part of a row that the requested detail shows; these fields are always present. */
const answerRowSchema = experimentRowSchema.partial().required({ experiment_slug: true, signal: true });
export type AnswerRow = z.infer<typeof answerRowSchema>;

/** An answer of `compare_experiments`. Only fields of the requested detail are present. */
export const comparisonAnswerSchema = z.object({
  feature_id: z.string(),
  recommendation: recommendationSchema,
  rationale: z.string(),
  /** What to do next, in one sentence. */
  next_step: z.string(),
  /** Best by metrics first; at most 25. */
  winners: z.array(z.string()),
  /**
   * `summary` has shorter rows: without a status implied by the signal, totals that follow from the matrix, and a
   * reason that the rationale gives. `rows` has everything.
   */
  rows: z.array(answerRowSchema).optional(),
  matrix: z.array(tagMatrixRowSchema).optional(),
  /** What was reported but not measured; absent if there is nothing. */
  reported: z.array(tagMatrixRowSchema).optional(),
  /** What the plan's deciding metric shows; absent if the rationale says it. */
  decision: z.string().optional(),
  /** How winners combine, one line for all pairs with the same result; `schema` lists each pair. */
  combining: z.array(z.string()).optional(),
  /** Why the verdict is less reliable. `rows` also names the records that show it. */
  warnings: z.array(warningSchema.partial({ records: true })).optional(),
  /** The number of warnings left out; `rows` has them all. */
  more_warnings: z.number().optional(),
  /** The number of tags left out of the matrix. */
  more_tags: z.number().optional(),
  tests_apart: z.array(testDifferenceSchema).optional(),
  tests_failing_everywhere: z.array(testDifferenceSchema).optional(),
  schema_changes: z.array(schemaChangeSchema.extend({ experiment_slug: z.string() })).optional(),
  schema_collisions: schemaComparisonSchema.shape.collisions.optional(),
  schema_risks: schemaComparisonSchema.shape.risks.optional(),
  combinations: z.array(combinationSchema).optional(),
  metrics: z.array(metricComparisonSchema).optional(),
  /** Whether experiments are improving, and their cycles, newest first. */
  trends: historySchema.shape.trends.optional(),
  history: historySchema.shape.cycles.optional(),
  /** How to fix what prevented a run from measuring, according to the records. */
  remedy: z.string().optional(),
  /** How to measure metrics, or measure them better. */
  advice: z.string().optional(),
  /** For the next page; null on the last. */
  next_cursor: z.string().nullable(),
});
export type ComparisonAnswer = z.infer<typeof comparisonAnswerSchema>;
