import { planSchema } from "../../schemas/plan/plan.ts";
import { planPath } from "../experiments/layout.ts";
import { writeNew } from "../utils/files/files.ts";
import { parseAs } from "../utils/parse.ts";
import { assemblePlan, type PlanInput } from "./assemble-plan.ts";
import { describeFindings, type Findings } from "./describe-findings.ts";
import { detectProject } from "./detect-project.ts";
import { findEnvFiles } from "./env-files.ts";
import { openProject } from "./folder.ts";
import { formatPlan } from "./format-plan.ts";
import { findVariables } from "./variables.ts";

/** What came of looking at a project. */
export interface CreatedPlan extends Findings {
  /** Absolute. */
  plan_path: string;
  /** `kept`: there was a plan, and it was not touched. `no_suites`: there is nothing to write. */
  outcome: "created" | "kept" | "no_suites";
  /** What was found, as a plan; null where that would have no suites. */
  plan: PlanInput | null;
}

/**
 * Looks at the project of a workspace and writes the plan of a feature from what is there. Nothing is run, and a plan
 * that is there is not touched.
 * @throws CoreError `invalid_name`
 */
export async function createPlan(workspace: string, featureId: string): Promise<CreatedPlan> {
  const plan_path = planPath(workspace, featureId);
  const project = openProject(workspace);
  const [detection, variables, envFiles] = await Promise.all([
    detectProject(project),
    findVariables(project),
    findEnvFiles(workspace, project),
  ]);
  const findings = describeFindings(detection, variables, envFiles);
  if (detection.suites.length === 0) return { plan_path, outcome: "no_suites", plan: null, ...findings };
  const plan = assemblePlan(detection, variables, envFiles);
  parseAs(planSchema, plan, {
    code: "internal",
    subject: "the plan that was made",
    hint: "Please report it.",
  });
  const isNew = await writeNew(plan_path, formatPlan(plan));
  return { plan_path, outcome: isNew ? "created" : "kept", plan, ...findings };
}
