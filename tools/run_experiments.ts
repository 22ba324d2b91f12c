import * as z from "zod";
import { experimentSlugSchema, tagSchema } from "../schemas/names.ts";
import { startRun } from "../src/runs/caller/start.ts";
import { waitForRun } from "../src/runs/caller/wait.ts";
import { defineTool, startsWork } from "./support/define-tool.ts";
import { cycleId, featureId } from "./support/fields.ts";
import { runAnswer, runAnswerSchema } from "./support/run-answer.ts";

export const runExperimentsTool = defineTool({
  name: "run_experiments",
  description:
    "Race experiments: run the plan's suites for each on its own branch, in parallel under the plan's cap. Answers at once with run_id; the run goes on by itself. After an interrupted run it finishes that cycle.",
  annotations: startsWork,
  input: z.strictObject({
    feature_id: featureId,
    experiment_slugs: z.array(experimentSlugSchema).min(1).optional().describe("Default: all"),
    tags: z.array(tagSchema).min(1).optional().describe("Default: all of the plan"),
    only_failed: z
      .boolean()
      .optional()
      .describe("Run the tags that failed or are not measured, their failed tests first"),
    cycle_id: cycleId.optional().describe("Default: the next, as C3"),
    repeat: z
      .number()
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe("Run each suite so often, to find flaky tests"),
    concurrency: z.number().int().min(1).optional().describe("At most the plan's cap, the default"),
    quiet: z
      .boolean()
      .optional()
      .describe("To measure: one experiment at work at a time, in turns (A B A B with repeat)"),
    wait_seconds: z.number().min(0).max(45).optional().describe("Wait this long for the end, default 0"),
  }),
  output: runAnswerSchema,
  handler: async ({ wait_seconds = 0, ...input }, context) => {
    const run = await startRun(context, input);
    return runAnswer(
      await waitForRun(context, run.run_id, { seconds: wait_seconds, untilEnd: true }),
      context.workspace,
    );
  },
});
