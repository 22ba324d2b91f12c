import * as z from "zod";
import { findingSchema } from "../schemas/finding.ts";
import { checkSetup, isUsable } from "../src/setup/check-setup.ts";
import { defineTool, readsLakebase } from "./support/define-tool.ts";
import { nextStep } from "./support/fields.ts";

export const checkSetupTool = defineTool({
  name: "check_setup",
  description: "Check back end, project and workspace: what is wrong and how to fix it. Call this first.",
  annotations: readsLakebase,
  input: z.strictObject({}),
  output: z.object({
    backend: z.enum(["local", "lakebase"]),
    command: z.string(),
    project: z.string(),
    profile: z.string().nullable(),
    default_branch: z.string().nullable(),
    branch_prefix: z.string().nullable(),
    workspace: z.string(),
    findings: z.array(findingSchema),
    next_step: nextStep,
  }),
  handler: async (_input, context) => {
    const setup = await checkSetup(context);
    const next_step = isUsable(setup)
      ? "Call create_plan to write a feature's plan.json, then create_experiments."
      : "Follow the remedies, then call again.";
    return { ...setup, next_step };
  },
});
