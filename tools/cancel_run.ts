import * as z from "zod";
import { cancelRun } from "../src/runs/caller/cancel.ts";
import { defineTool, writesRecords } from "./support/define-tool.ts";
import { runId } from "./support/fields.ts";
import { runAnswer, runAnswerSchema } from "./support/run-answer.ts";

export const cancelRunTool = defineTool({
  name: "cancel_run",
  description: "End a run: stop its commands and keep what they have produced so far. Idempotent.",
  annotations: { ...writesRecords, destructiveHint: true },
  input: z.strictObject({ run_id: runId }),
  output: runAnswerSchema,
  handler: async ({ run_id }, context) => runAnswer(await cancelRun(context, run_id), context.workspace),
});
