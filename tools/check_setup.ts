import { z } from "zod";
import { checkSetup } from "../src/setup.ts";
import { asksLakebase, defineTool } from "./define-tool.ts";
import { nextStep } from "./fields.ts";

export const checkSetupTool = defineTool({
  name: "check_setup",
  description: "What the server drives and where it works, what is wrong, and how to mend it. Call it first.",
  annotations: asksLakebase,
  input: z.strictObject({}),
  output: z.object({
    backend: z.enum(["local", "lakebase"]),
    command: z.string(),
    project: z.string(),
    profile: z.string().nullable(),
    default_branch: z.string().nullable(),
    workspace: z.string(),
    problems: z.array(z.object({ code: z.string(), message: z.string(), hint: z.string() })),
    next_step: nextStep,
  }),
  handler: async (_input, context) => {
    const setup = await checkSetup(context);
    const next_step =
      setup.problems.length > 0
        ? "Mend the problems, then call again."
        : `Write ${setup.workspace}/.tdd/features/<feature_id>/plan.json, then create_experiments.`;
    return { ...setup, next_step };
  },
});
