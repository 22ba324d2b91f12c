import * as z from "zod";
import { type ClosingAnswer, closingAnswerSchema } from "../schemas/experiment/closing-answer.ts";
import { experimentSlugSchema } from "../schemas/names.ts";
import { closeExperiments, previewClosing } from "../src/lifecycle/close/close.ts";
import { nameSome } from "../src/utils/text/name-some.ts";
import { clipAnswer } from "./support/clip.ts";
import { defineTool, removesIfConfirmed } from "./support/define-tool.ts";
import { featureId, nextStep } from "./support/fields.ts";
import { takeFitting } from "./support/page.ts";

/** Only an outline: the rows explain themselves, and describing them would cost every agent context. */
const outline = z.looseObject({
  feature_id: z.string(),
  experiments: z.array(
    closingAnswerSchema.shape.experiments.element.pick({ experiment_slug: true, state: true }).loose(),
  ),
  next_step: nextStep,
});

export const closeExperimentsTool = defineTool({
  name: "close_experiments",
  description:
    "Close experiments: remove branch and worktree, keep git branch and records. Without confirm, only show what would be removed.",
  annotations: removesIfConfirmed,
  input: z.strictObject({
    feature_id: featureId,
    experiment_slugs: z.array(experimentSlugSchema).min(1).max(50).describe("Which to close"),
    reason: z.string().min(1).max(2_000).describe("Why, for the record"),
    confirm: z.boolean().optional().describe("Close them"),
    commit_uncommitted: z.boolean().optional().describe("Commit uncommitted work first"),
  }),
  output: outline,
  handler: async ({ confirm = false, ...input }, context) => {
    const answer = await (confirm ? closeExperiments : previewClosing)(context, input);
    const { fitting, left_out } = takeFitting(answer.experiments, ({ objections }) => objections.length > 0);
    return outline.parse(
      clipAnswer({
        ...answer,
        experiments: fitting,
        ...(left_out > 0 && { more_experiments: left_out }),
        next_step: describeNext(answer),
      }),
    );
  },
});

/** More names do not fit a sentence. */
const maxNamed = 10;

function describeNext({ feature_id, experiments, others }: ClosingAnswer): string {
  const [objection] = experiments.flatMap(({ objections }) => objections);
  if (objection !== undefined) return `${objection.hint} Then call close_experiments again.`;
  if (experiments.some(({ state }) => state !== "closed"))
    return "Call close_experiments with the same input and confirm: true to close them.";
  if (others.length === 0)
    return `All experiments of ${feature_id} are closed. Commit .tdd, which holds their records and the decision.`;
  const names = nameSome(others, maxNamed);
  return experiments.some(({ status }) => status === "promoted")
    ? `Still open: ${names}. Call close_experiments for them if they are no longer needed.`
    : `Call compare_experiments to compare those still open: ${names}.`;
}
