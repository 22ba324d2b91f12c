import * as z from "zod";
import { branchSchema } from "../schemas/branch.ts";
import { listAllExperiments } from "../src/experiments/experiments.ts";
import { listBranches } from "../src/lakebase/branches.ts";
import { asksLakebase, defineTool } from "./define-tool.ts";

const listedBranchSchema = z.object({
  ...branchSchema.shape,
  experiment: z.string().nullable().describe("feature_id/experiment_slug"),
});

export const listBranchesTool = defineTool({
  name: "list_branches",
  description: "All branches of the Lakebase project, each with the experiment that it belongs to.",
  annotations: asksLakebase,
  input: z.strictObject({}),
  output: z.object({ branches: z.array(listedBranchSchema) }),
  handler: async (_input, { workspace, lakebase, signal }) => {
    const [branches, experiments] = await Promise.all([
      listBranches(lakebase, { signal }),
      listAllExperiments(workspace),
    ]);
    const owners = new Map(
      experiments.map(({ branch, feature_id, experiment_slug }) => [
        branch,
        `${feature_id}/${experiment_slug}`,
      ]),
    );
    return {
      branches: branches.map((branch) => ({
        ...branchSchema.parse(branch),
        experiment: owners.get(branch.branch) ?? null,
      })),
    };
  },
});
