import * as z from "zod";
import { type PromotionAnswer, promotionAnswerSchema } from "../schemas/promotion/promotion-answer.ts";
import { confirmPromotion, verifyPromotion } from "../src/lifecycle/promote/confirm.ts";
import { describePromotion } from "../src/lifecycle/promote/describe.ts";
import { changesParent, defineTool } from "./support/define-tool.ts";
import { experimentSlug, featureId, nextStep } from "./support/fields.ts";

export const promoteExperimentTool = defineTool({
  name: "promote_experiment",
  description:
    "Merge a winner's code into the git branch it came from and migrate the parent branch. Without verify or confirm, only show the plan and any objections.",
  annotations: changesParent,
  input: z.strictObject({
    feature_id: featureId,
    experiment_slug: experimentSlug,
    verify: z.boolean().optional().describe("Test the merged code on a fresh fork of the parent"),
    confirm: z.boolean().optional().describe("Promote what was verified. Calling again resumes"),
    accept: z.array(z.string()).max(20).optional().describe("Codes of objections to override"),
    wait_seconds: z.number().min(0).max(45).optional().describe("At most 45. Default 30"),
  }),
  output: z.object({ ...promotionAnswerSchema.shape, next_step: nextStep }),
  handler: async ({ feature_id, experiment_slug, ...ask }, context) => {
    const ref = { workspace: context.workspace, feature_id, experiment_slug };
    const { verify = false, confirm = false, accept = [], wait_seconds: seconds = 30 } = ask;
    if (confirm) await confirmPromotion(context, ref, { accept, verify, seconds });
    else if (verify) await verifyPromotion(context, ref, { seconds });
    const answer = await describePromotion(context, ref);
    return { ...answer, next_step: describeNext(answer) };
  },
});

function describeNext({ feature_id, state, run_id, objections, ...answer }: PromotionAnswer): string {
  const { code, pull_request, verified } = answer;
  const [first] = objections;
  switch (state) {
    case "verifying":
    case "promoting":
      return `Call wait_for_run with run_id ${run_id}, then promote_experiment again.`;
    case "promoted":
      return `Tell people what was promoted${code === undefined ? "" : `, and push ${code.target} where others use it`}. Then call close_experiments for all of ${feature_id}: they are no longer needed.`;
    case "ready":
      return `Push ${pull_request?.git_branch} and open a pull request with the title and the text in ${pull_request?.path}. When it is merged, call close_experiments for all of ${feature_id}.`;
    case "unfinished":
      return first === undefined
        ? "Call promote_experiment with confirm: true to resume it."
        : `${first.hint} Then call promote_experiment with confirm: true to resume it.`;
    case "verified":
      return first === undefined
        ? "Call promote_experiment with confirm: true to promote it."
        : `${first.hint} Or, to override it, pass confirm: true with accept ["${objections.map(({ code }) => code).join('", "')}"].`;
    case "planned":
      if (first?.code === "not_verified" || (first?.code === "target_moved" && verified !== undefined))
        return "Call promote_experiment with verify: true.";
      return first?.hint ?? "Call promote_experiment with verify: true.";
  }
}
