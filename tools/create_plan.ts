import * as z from "zod";
import { featureIdSchema } from "../schemas/names.ts";
import { type CreatedPlan, createPlan } from "../src/plans/create-plan.ts";
import { makeExample } from "../src/plans/example.ts";
import { defineTool, writesRecords } from "./support/define-tool.ts";
import { nextStep } from "./support/fields.ts";

/** In characters of JSON. */
const longestPlan = 4_000;

export const createPlanTool = defineTool({
  name: "create_plan",
  description:
    "Write the feature's plan.json from the test runners, migrations and variables in the project. Keeps an existing plan. Returns an example of every key.",
  annotations: writesRecords,
  input: z.strictObject({ feature_id: featureIdSchema.describe("A name, e.g. F1-checkout") }),
  output: z.object({
    plan_path: z.string().describe("Absolute"),
    outcome: z
      .enum(["created", "kept", "no_suites"])
      .describe("kept: a plan existed and is unchanged. no_suites: nothing was written"),
    found: z.array(z.string()).describe("What the plan is based on"),
    not_found: z.array(z.string()).describe("What the project seems to lack"),
    advice: z.array(z.string()).describe("What would improve the plan, or is wrong with it"),
    plan: z.looseObject({}).nullable().describe("As in the file; null where it is too long for an answer"),
    example: z.looseObject({}).describe("Every key of plan.json, and a metrics.json"),
    next_step: nextStep,
  }),
  handler: async ({ feature_id }, { workspace }, attach) => {
    const { invalid, ...created } = await createPlan(workspace, feature_id);
    const advice = [...(invalid === undefined ? [] : [invalid]), ...created.advice];
    const next_step = chooseNextStep({ ...created, invalid });
    if (created.outcome !== "no_suites")
      attach({ kind: "resource", name: "plan", variables: { feature_id } });
    const plan = JSON.stringify(created.plan).length > longestPlan ? null : created.plan;
    return { ...created, plan, advice, example: makeExample(), next_step };
  },
});

function chooseNextStep({
  outcome,
  plan_path,
  invalid,
}: Pick<CreatedPlan, "outcome" | "plan_path" | "invalid">): string {
  if (outcome === "created")
    return `Read ${plan_path}, correct what does not fit the project, then call create_experiments.`;
  if (outcome === "no_suites")
    return `Write ${plan_path} following the example, with a suite for each kind of test, then call create_experiments.`;
  return invalid === undefined
    ? `${plan_path} already existed and is unchanged. Edit it as needed, then call create_experiments.`
    : `${plan_path} already existed and is unchanged, but it is not valid. Correct it as advised, then call create_experiments.`;
}
