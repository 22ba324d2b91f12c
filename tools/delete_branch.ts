import * as z from "zod";
import { errorSchema } from "../schemas/error.ts";
import { type Deletion, deleteNamedBranch, previewDeletion } from "../src/lifecycle/delete-branch.ts";
import { defineTool, removesIfConfirmed } from "./support/define-tool.ts";
import { nextStep } from "./support/fields.ts";

export const deleteBranchTool = defineTool({
  name: "delete_branch",
  description: "Delete a branch. Without confirm, only show whose it is.",
  annotations: removesIfConfirmed,
  input: z.strictObject({
    branch: z.string().min(1).describe("Branch name"),
    confirm: z.string().optional().describe("The name again, to delete it"),
  }),
  output: z.object({
    branch: z.string(),
    uid: z.string().nullable(),
    experiment: z.string().nullable().describe("feature_id/experiment_slug of its owner"),
    state: z.enum(["there", "gone", "deleted"]),
    objections: z.array(z.object(errorSchema.shape)).describe("What prevents the deletion"),
    next_step: nextStep,
  }),
  handler: async (input, context) => {
    const deletion =
      input.confirm === undefined
        ? await previewDeletion(context, input.branch)
        : await deleteNamedBranch(context, input);
    const { is_open: _, ...answer } = deletion;
    return { ...answer, next_step: describeNext(deletion) };
  },
});

function describeNext({ branch, experiment, is_open, state, objections }: Deletion): string {
  const [objection] = objections;
  if (objection !== undefined) return objection.hint;
  if (state === "gone") return "There is nothing to delete. list_branches shows the existing branches.";
  if (state === "deleted")
    return is_open
      ? `Call create_experiments to fork a new branch for ${experiment}, or close_experiments to close it.`
      : "list_branches shows the remaining branches.";
  const deletes = `delete_branch with confirm: "${branch}"`;
  if (is_open)
    return `Call close_experiments to close ${experiment} with its branch. To delete only the branch, call ${deletes}.`;
  return experiment === null
    ? `No experiment of this workspace is known to own it: make sure that no one needs it, then call ${deletes}.`
    : `Call ${deletes}.`;
}
