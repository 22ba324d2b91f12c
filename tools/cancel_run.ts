import * as z from "zod";
import { runIdSchema } from "../schemas/names.ts";
import { cancelRun } from "../src/runs/caller/cancel.ts";
import { defineTool, records } from "./support/define-tool.ts";
import { runAnswer, runAnswerSchema } from "./support/run-answer.ts";

export const cancelRunTool = defineTool({
  name: "cancel_run",
  description: "End a run: its commands are stopped, what they left so far is kept. Idempotent.",
  annotations: { ...records, destructiveHint: true },
  input: z.strictObject({ run_id: runIdSchema }),
  output: runAnswerSchema,
  handler: async ({ run_id }, context) => runAnswer(await cancelRun(context, run_id), context.workspace),
});
