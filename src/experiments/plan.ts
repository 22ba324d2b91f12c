import { type Plan, planSchema, planWithoutSuitesSchema } from "../../schemas/plan/plan.ts";
import { CoreError } from "../utils/core-error.ts";
import { readIfPresent } from "../utils/files/files.ts";
import { parseJson, withoutNulls } from "../utils/files/json.ts";
import { readIfValid } from "../utils/files/salvage.ts";
import { type Problem, parseAs } from "../utils/parse.ts";
import { planPath } from "./layout.ts";

/**
 * Reads the plan of a feature.
 * @throws CoreError `unknown_feature` if it has no plan; `invalid_plan` with the path of each bad field
 */
export async function readPlan(workspace: string, featureId: string): Promise<Plan> {
  const plan = await findPlan(workspace, featureId);
  if (plan !== undefined) return plan;
  const path = planPath(workspace, featureId);
  throw new CoreError("unknown_feature", `Feature ${featureId} has no plan at ${path}.`, {
    hint: `Write ${path} with the feature's budget and suites, or check the feature_id.`,
  });
}

/**
 * Finds the plan of a feature; undefined if it has none.
 * @throws CoreError `invalid_plan` with the path of each bad field
 */
export async function findPlan(workspace: string, featureId: string): Promise<Plan | undefined> {
  const path = planPath(workspace, featureId);
  const text = await readIfPresent(path);
  if (text === undefined) return undefined;
  const problem: Problem = {
    code: "invalid_plan",
    subject: path,
    hint: "Correct the plan, then call again.",
  };
  return parseAs(planSchema, withoutNulls(parseJson(text, problem)), problem);
}

/**
 * True if a plan is valid except that it has no suites, as the kit writes it. Then there is nothing to run, but
 * everything else works.
 */
export async function lacksOnlySuites(workspace: string, featureId: string): Promise<boolean> {
  const problem: Problem = { code: "invalid_plan", subject: "plan.json", hint: "Correct the plan." };
  const value = await readIfValid(planPath(workspace, featureId), async (path) =>
    parseJson((await readIfPresent(path)) ?? "null", problem),
  );
  return planWithoutSuitesSchema.safeParse(withoutNulls(value)).success;
}
