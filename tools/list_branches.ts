import * as z from "zod";
import { branchSchema } from "../schemas/branch.ts";
import { type Experiment, listAllExperiments } from "../src/experiments/experiments.ts";
import { listBranches } from "../src/lakebase/branches/branches.ts";
import { isSameUid } from "../src/lakebase/branches/delete-branch.ts";
import type { Branch } from "../src/lakebase/resources.ts";
import { defineTool, readsLakebase } from "./support/define-tool.ts";
import { cursor, nextStep, pageLimit } from "./support/fields.ts";
import { describeNextPage, takePage } from "./support/page.ts";

const listedBranchSchema = z.object({
  ...branchSchema.shape,
  experiment: z.string().nullable().describe("feature_id/experiment_slug"),
});

export const listBranchesTool = defineTool({
  name: "list_branches",
  description:
    "List the project's Lakebase branches, each with the experiment of this workspace that owns it.",
  annotations: readsLakebase,
  input: z.strictObject({
    contains: z.string().optional().describe("Text in the name"),
    limit: pageLimit.describe("Page size. Default 50"),
    cursor,
  }),
  output: z.object({
    branches: z.array(listedBranchSchema),
    total: z.number().describe("Over all pages"),
    next_cursor: z.string().nullable(),
    next_step: nextStep,
  }),
  handler: async ({ contains = "", limit = 50, cursor }, { workspace, lakebase, signal }) => {
    const [branches, experiments] = await Promise.all([
      listBranches(lakebase, { signal }),
      listAllExperiments(workspace),
    ]);
    const listed = branches
      .filter(({ branch }) => branch.includes(contains))
      .sort((a, b) => (a.branch < b.branch ? -1 : 1))
      .map((branch) => ({ ...branchSchema.parse(branch), experiment: findOwner(branch, experiments) }));
    const { page, next_cursor } = takePage(listed, limit, cursor);
    const next_step = describeNextPage(next_cursor, "diff_schema compares two branches.");
    return { branches: page, total: listed.length, next_cursor, next_step };
  },
});

/** A branch of the same name that was not cut here belongs to somebody else. */
function findOwner({ branch, uid }: Branch, experiments: Experiment[]): string | null {
  const owner = experiments.find((each) => each.branch === branch && isSameUid(each.branch_uid, uid));
  return owner === undefined ? null : `${owner.feature_id}/${owner.experiment_slug}`;
}
