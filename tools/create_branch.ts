import { z } from "zod";
import { branchSchema } from "../schemas/branch.ts";
import { ttlSchema } from "../schemas/plan.ts";
import { createBranch } from "../src/lakebase/create-branch.ts";
import { createsInLakebase, defineTool } from "./define-tool.ts";
import { nextStep } from "./fields.ts";

export const createBranchTool = defineTool({
  name: "create_branch",
  description:
    "Cut one Lakebase branch from a parent. Idempotent: the same name and parent give the existing branch.",
  annotations: createsInLakebase,
  input: z.strictObject({
    branch: z.string().min(1),
    parent_branch: z.string().optional().describe("Default: the default branch"),
    ttl: ttlSchema.optional().describe('Lifetime, default "604800s"'),
    no_expiry: z.boolean().optional().describe("Needed for a branch that will have children"),
  }),
  output: z.object({ ...branchSchema.shape, created: z.boolean(), next_step: nextStep }),
  handler: async ({ branch, parent_branch, ttl, no_expiry }, { lakebase, signal }) => {
    const expiry = no_expiry === true ? { no_expiry } : { ttl: ttl ?? "604800s" };
    const cut = await createBranch(lakebase, { branch, parentBranch: parent_branch, expiry, signal });
    return {
      ...branchSchema.parse(cut.branch),
      created: cut.created,
      next_step: "create_experiments cuts branches that a race can run on.",
    };
  },
});
