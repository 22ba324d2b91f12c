import * as z from "zod";
import { branchSchema } from "../schemas/branch.ts";
import { ttlSchema } from "../schemas/plan.ts";
import { listAllExperiments } from "../src/experiments/experiments.ts";
import { setOutcomesAside } from "../src/experiments/set-aside.ts";
import { createBranch } from "../src/lakebase/create-branch.ts";
import { replaceIfOurs } from "../src/lifecycle/create.ts";
import { defineTool, replacesInLakebase } from "./define-tool.ts";
import { nextStep } from "./fields.ts";

export const createBranchTool = defineTool({
  name: "create_branch",
  description:
    "Cut one Lakebase branch from a parent. Idempotent: the same name and parent give the existing branch.",
  annotations: replacesInLakebase,
  input: z.strictObject({
    branch: z.string().min(1),
    parent_branch: z.string().optional().describe("Default: the default branch"),
    ttl: ttlSchema.optional().describe('Lifetime, default "604800s"'),
    no_expiry: z.boolean().optional().describe("Needed for a branch that will have children"),
    fresh: z.boolean().optional().describe("Delete an experiment's branch of that name and fork again"),
  }),
  output: z.object({
    ...branchSchema.shape,
    created: z.boolean(),
    retries: z.number().int().optional(),
    next_step: nextStep,
  }),
  handler: async ({ branch, parent_branch, ttl, no_expiry, fresh }, { workspace, lakebase, signal }) => {
    const expiry = no_expiry === true ? { no_expiry } : { ttl: ttl ?? "604800s" };
    const experiments = fresh === true ? await listAllExperiments(workspace) : [];
    const owner = experiments.find((experiment) => experiment.branch === branch);
    const existing = fresh === true ? replaceIfOurs(owner) : "reuse";
    const fork = { branch, parentBranch: parent_branch, expiry, existing };
    const cut = await createBranch(lakebase, { ...fork, signal });
    if (owner !== undefined && cut.created) await setOutcomesAside(owner);
    return {
      ...branchSchema.parse(cut.branch),
      created: cut.created,
      ...(cut.retries > 0 ? { retries: cut.retries } : {}),
      next_step: "create_experiments cuts branches that a race can run on.",
    };
  },
});
