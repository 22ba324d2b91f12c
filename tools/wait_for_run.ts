import * as z from "zod";
import { runIdSchema } from "../schemas/names.ts";
import { waitForRun } from "../src/runs/caller/wait.ts";
import { defineTool, reads } from "./support/define-tool.ts";
import { runAnswer, runAnswerSchema } from "./support/run-answer.ts";

export const waitForRunTool = defineTool({
  name: "wait_for_run",
  description:
    "The state of a run, at its first change or after wait_seconds. A run that ended answers at once.",
  annotations: reads,
  input: z.strictObject({
    run_id: runIdSchema,
    wait_seconds: z.number().min(0).max(45).optional().describe("Default 30"),
  }),
  output: runAnswerSchema,
  handler: async ({ run_id, wait_seconds = 30 }, context) =>
    runAnswer(await waitForRun(context, run_id, { seconds: wait_seconds }), context.workspace),
});
