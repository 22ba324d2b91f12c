import * as z from "zod";
import { tagOutcomeSchema } from "../schemas/experiment/outcomes.ts";
import { outcomeInputSchema } from "../schemas/experiment/reported.ts";
import { recordOutcomes } from "../src/lifecycle/reported/record-outcomes.ts";
import { defineTool, writesRecords } from "./support/define-tool.ts";
import { nextStep } from "./support/fields.ts";

export const recordOutcomesTool = defineTool({
  name: "record_outcomes",
  description:
    "Record counts or a report of a suite that ran elsewhere. They are shown separately and decide nothing.",
  annotations: writesRecords,
  input: outcomeInputSchema.omit({ format: true }),
  output: z.looseObject({
    provenance: z.literal("reported"),
    ...tagOutcomeSchema.shape,
    measured: tagOutcomeSchema.nullable(),
    record: z.string().describe("Absolute path"),
    next_step: nextStep,
  }),
  handler: async (input, context) => {
    const recorded = await recordOutcomes(context, input);
    const { feature_id, experiment_slug, tag, is_planned, plan_path, measured } = recorded;
    const run = `run_experiments with feature_id ${feature_id}, experiment_slugs ${experiment_slug} and tags ${tag}`;
    const how = is_planned
      ? `${run} measures it.`
      : `Add a suite for ${tag} to ${plan_path}; then ${run} measures it.`;
    const next_step =
      measured === null
        ? `Reported counts decide nothing. ${how}`
        : `The measured counts of ${tag} stay and decide. ${how}`;
    return { ...recorded, next_step };
  },
});
