import * as z from "zod";
import { errorSchema } from "../schemas/error.ts";
import { type Deletion, deleteNamedBranch, lookAtDeletion } from "../src/lifecycle/delete-branch.ts";
import { defineTool, removesWhenTold } from "./support/define-tool.ts";
import { nextStep } from "./support/fields.ts";

export const deleteBranchTool = defineTool({
  name: "delete_branch",
  description: "Delete a branch. Without confirm, only show whose it is.",
  annotations: removesWhenTold,
  input: z.strictObject({
    branch: z.string().min(1).describe("Branch name"),
    confirm: z.string().optional().describe("The name again, to delete it"),
  }),
  output: z.object({
    branch: z.string(),
    uid: z.string().nullable(),
    experiment: z.string().nullable(),
    state: z.enum(["there", "gone", "deleted"]),
    objections: z.array(z.object(errorSchema.shape)),
    next_step: nextStep,
  }),
  handler: async (input, context) => {
    const deletion =
      input.confirm === undefined
        ? await lookAtDeletion(context, input.branch)
        : await deleteNamedBranch(context, input);
    const { is_open: _, ...answer } = deletion;
    return { ...answer, next_step: describeNext(deletion) };
  },
});

function describeNext({ branch, experiment, is_open, state, objections }: Deletion): string {
  const [objection] = objections;
  if (objection !== undefined) return objection.hint;
  if (state === "gone") return "There is nothing to delete. list_branches shows what there is.";
  if (state === "deleted")
    return is_open
      ? `create_experiments forks ${experiment} a new branch; close_experiments puts it away.`
      : "list_branches shows what there is.";
  const deletes = `delete_branch with confirm: "${branch}" deletes it`;
  if (is_open)
    return `close_experiments puts ${experiment} away with its branch. ${deletes} alone, and the experiment stays.`;
  return experiment === null
    ? `No experiment of this workspace is known to own it: make sure that nobody needs it. Then ${deletes}.`
    : `${deletes}.`;
}
