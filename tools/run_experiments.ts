import * as z from "zod";
import { experimentSlugSchema, tagSchema } from "../schemas/names.ts";
import { checkQueue } from "../src/queue/check-queue.ts";
import { startRun } from "../src/runs/caller/start.ts";
import { waitForRun } from "../src/runs/caller/wait.ts";
import { defineTool, runsCommands } from "./support/define-tool.ts";
import { cycleId, featureId } from "./support/fields.ts";
import { runAnswer, runAnswerSchema } from "./support/run-answer.ts";

export const runExperimentsTool = defineTool({
  name: "run_experiments",
  description:
    "Run the plan's suites for each experiment on its own branch, in parallel. Returns a run_id at once. After an interrupted run, finishes that cycle.",
  annotations: runsCommands,
  input: z.strictObject({
    feature_id: featureId,
    experiment_slugs: z.array(experimentSlugSchema).min(1).optional().describe("Default: all"),
    tags: z.array(tagSchema).min(1).optional().describe("Default: all in the plan"),
    only_failed: z.boolean().optional().describe("Only tags that failed or were not measured"),
    cycle_id: cycleId.optional().describe("Default: the next one, e.g. C3"),
    repeat: z
      .number()
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe("Times to run each suite, to find flaky tests"),
    concurrency: z.number().int().min(1).optional().describe("Default and maximum: the plan's cap"),
    quiet: z.boolean().optional().describe("Run one experiment at a time, for precise metrics"),
    wait_seconds: z.number().min(0).max(45).optional().describe("At most 45. Default 0"),
  }),
  output: runAnswerSchema,
  handler: async ({ wait_seconds = 0, ...input }, context, attach) => {
    await checkQueue(context, input);
    const run = await startRun(context, input);
    attach({ kind: "resource", name: "run", variables: { run_id: run.run_id } });
    return runAnswer(
      await waitForRun(context, run.run_id, { seconds: wait_seconds, until: "end" }),
      context.workspace,
    );
  },
});
