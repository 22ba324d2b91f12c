import * as z from "zod";
import { waitForRun } from "../src/runs/caller/wait.ts";
import { defineTool, reads } from "./support/define-tool.ts";
import { runId } from "./support/fields.ts";
import { runAnswer, runAnswerSchema } from "./support/run-answer.ts";

export const waitForRunTool = defineTool({
  name: "wait_for_run",
  description:
    "Wait up to wait_seconds for a run, or one of its experiments, to end; return the run's state. Returns at once if the run has ended.",
  annotations: reads,
  input: z.strictObject({
    run_id: runId,
    wait_seconds: z.number().min(0).max(45).optional().describe("At most 45. Default 30"),
  }),
  output: runAnswerSchema,
  app: "comparison",
  handler: async ({ run_id, wait_seconds = 30 }, context) =>
    runAnswer(
      await waitForRun(context, run_id, { seconds: wait_seconds, until: "experiment_end" }),
      context.workspace,
    ),
});
