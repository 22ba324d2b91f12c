import * as z from "zod";
import { branchSchema } from "../schemas/branch.ts";
import { ttlSchema } from "../schemas/plan/plan.ts";
import { createNamedBranch } from "../src/lifecycle/create-branch.ts";
import { changesLakebase, defineTool } from "./support/define-tool.ts";
import { nextStep } from "./support/fields.ts";

export const createBranchTool = defineTool({
  name: "create_branch",
  description: "Create a Lakebase branch. Idempotent: the same name and parent return the existing branch.",
  annotations: changesLakebase,
  input: z.strictObject({
    branch: z.string().min(1).describe("Name of the new branch"),
    parent_branch: z.string().optional().describe("Default: the project's default branch"),
    ttl: ttlSchema.optional().describe('Lifetime, default "604800s"'),
    no_expiry: z.boolean().optional().describe("Required to have child branches"),
    fresh: z.boolean().optional().describe("Fork an experiment's existing branch again"),
  }),
  output: z.object({
    ...branchSchema.shape,
    created: z.boolean().describe("false: it existed"),
    retries: z.number().int().optional().describe("Retried calls to Lakebase"),
    warnings: z.array(z.string()),
    next_step: nextStep,
  }),
  handler: async (input, context) => {
    const { branch, created, retries, warnings } = await createNamedBranch(context, input);
    return {
      ...branchSchema.parse(branch),
      created,
      ...(retries > 0 ? { retries } : {}),
      warnings,
      next_step:
        "Call diff_schema to compare it with another, or delete_branch to remove it. Experiments get branches from create_experiments.",
    };
  },
});
