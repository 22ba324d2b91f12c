import * as z from "zod";
import { findingSchema } from "../schemas/finding.ts";
import { checkSetup, isUsable } from "../src/setup/check-setup.ts";
import { defineTool, readsLakebase } from "./support/define-tool.ts";
import { nextStep } from "./support/fields.ts";

export const checkSetupTool = defineTool({
  name: "check_setup",
  description:
    "Check the back end, the project and the workspace, and say how to fix what is wrong. Call this first.",
  annotations: readsLakebase,
  input: z.strictObject({}),
  output: z.object({
    backend: z.enum(["local", "lakebase"]).describe("local: the emulator on this machine"),
    command: z.string().describe("The CLI that is called"),
    project: z.string(),
    profile: z.string().nullable().describe("Of the databricks CLI"),
    default_branch: z.string().nullable(),
    branch_prefix: z.string().nullable().describe("What the names of new branches begin with"),
    workspace: z.string().describe("Absolute path of the main checkout"),
    findings: z.array(findingSchema).describe("What was checked, with a remedy where something is wrong"),
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
