import * as z from "zod";
import { recommendationSchema } from "../schemas/comparison/comparison.ts";
import { comparisonDetailSchema } from "../schemas/comparison/comparison-answer.ts";
import { buildAnswer } from "../src/comparison/answer.ts";
import { compareExperiments } from "../src/comparison/compare.ts";
import { readActiveRuns } from "../src/runs/caller/active-runs.ts";
import { clipAnswer } from "./support/clip.ts";
import { defineTool, reads } from "./support/define-tool.ts";
import { cursor, featureId, nextStep, pageLimit } from "./support/fields.ts";
import { adviseOnMetrics } from "./support/metrics-advice.ts";
import { describeNextStep } from "./support/next-step.ts";
import { takePage } from "./support/page.ts";

const pageSizes = { summary: 25, rows: 8, tests: 10, schema: 20, metrics: 10, history: 15 } as const;

/**
 * Only an outline: the details are described in the input schema, and describing them here would cost every agent
 * context.
 */
const outline = z.looseObject({
  feature_id: z.string(),
  recommendation: recommendationSchema,
  rationale: z.string(),
  next_step: nextStep,
  winners: z.array(z.string()),
  next_cursor: z.string().nullable(),
});

export const compareExperimentsTool = defineTool({
  name: "compare_experiments",
  description:
    "Compare a feature's experiments by their records: tag matrix, signals, and a recommendation with its reason. Works during a run.",
  annotations: reads,
  input: z.strictObject({
    feature_id: featureId,
    detail: comparisonDetailSchema
      .optional()
      .describe(
        "Default summary. rows: evidence; tests: those that differ; schema: changes and collisions; history: by cycle",
      ),
    limit: pageLimit,
    cursor,
  }),
  output: outline,
  app: "comparison",
  handler: async (input, { workspace }, attach) => {
    const { feature_id, detail = "summary", limit = pageSizes[detail], cursor } = input;
    const details = { tests: detail === "tests", schema: detail === "schema", history: detail === "history" };
    const knownRuns = await readActiveRuns(workspace, feature_id);
    const report = await compareExperiments({ workspace, feature_id, knownRuns, details });
    const answer = buildAnswer(
      report,
      detail,
      (items) => takePage(items, limit, cursor),
      describeNextStep(report.next_action),
    );
    if (detail === "summary" && report.rows.length > 0)
      for (const name of ["comparison-markdown", "comparison-page"] as const)
        attach({ kind: "resource", name, variables: { feature_id } });
    const { action, hint } = report.next_action;
    const remedy = action === "resolve" ? hint : undefined;
    const advice = detail === "metrics" ? adviseOnMetrics(report) : undefined;
    return outline.parse(
      clipAnswer({
        ...answer,
        ...(remedy !== undefined && { remedy }),
        ...(advice !== undefined && { advice }),
      }),
    );
  },
});
