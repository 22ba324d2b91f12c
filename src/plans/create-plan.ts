import { existsSync } from "node:fs";
import * as z from "zod";
import { planSchema } from "../../schemas/plan/plan.ts";
import { planPath } from "../experiments/layout.ts";
import { findPlan } from "../experiments/plan.ts";
import { asCoreError, ignoreCoreError } from "../utils/core-error.ts";
import { writeNew } from "../utils/files/files.ts";
import { readRecord } from "../utils/files/json.ts";
import { parseAs } from "../utils/parse.ts";
import { maskLogins } from "../utils/text/mask-logins.ts";
import { assemblePlan } from "./assemble-plan.ts";
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
  /** What the file holds, with logins masked; null where there is none, or it holds no object. */
  plan: Record<string, unknown> | null;
  /** What is wrong with a plan that was kept. */
  invalid?: string;
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
  if (detection.suites.length === 0 && !existsSync(plan_path))
    return { plan_path, outcome: "no_suites", plan: null, ...findings };
  const plan = assemblePlan(detection, variables, envFiles);
  if (detection.suites.length === 0 || !(await writeNew(plan_path, formatPlan(checked(plan)))))
    return { plan_path, outcome: "kept", ...(await readKept(workspace, featureId)), ...findings };
  return { plan_path, outcome: "created", plan, ...findings };
}

function checked<Value>(plan: Value): Value {
  const problem = { code: "internal", subject: "the plan that was made", hint: "Please report it." } as const;
  parseAs(planSchema, plan, problem);
  return plan;
}

/** A plan that was there, whatever is in it. */
async function readKept(
  workspace: string,
  featureId: string,
): Promise<Pick<CreatedPlan, "plan" | "invalid">> {
  const invalid = await findPlan(workspace, featureId).then(
    () => undefined,
    (error: unknown) => asCoreError(error).message,
  );
  const kept = await readRecord(planPath(workspace, featureId), keptSchema).catch(ignoreCoreError);
  const plan = kept === undefined ? null : keptSchema.parse(JSON.parse(maskLogins(JSON.stringify(kept))));
  return { plan, ...(invalid !== undefined && { invalid }) };
}

const keptSchema = z.record(z.string(), z.unknown());
