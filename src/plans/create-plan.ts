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

/** The result of creating a plan for a project. */
export interface CreatedPlan extends Findings {
  /** Absolute. */
  plan_path: string;
  /** `kept`: a plan existed, and was not touched. `no_suites`: no suites were found, so nothing was written. */
  outcome: "created" | "kept" | "no_suites";
  /** The content of the file, with logins masked; null if there is none, or it does not contain an object. */
  plan: Record<string, unknown> | null;
  /** What is wrong with an existing plan. */
  invalid?: string;
}

/**
 * Inspects the project in a workspace and writes a feature's plan for it. Runs nothing, and does not touch an existing
 * plan.
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
  if (detection.suites.length === 0 || !(await writeNew(plan_path, formatPlan(checkPlan(plan)))))
    return { plan_path, outcome: "kept", ...(await readKept(workspace, featureId)), ...findings };
  return { plan_path, outcome: "created", plan: mask(plan), ...findings };
}

function checkPlan<Value>(plan: Value): Value {
  const problem = { code: "internal", subject: "the plan that was made", hint: "Please report it." } as const;
  parseAs(planSchema, plan, problem);
  return plan;
}

/** Reads an existing plan, whatever it contains. */
async function readKept(
  workspace: string,
  featureId: string,
): Promise<Pick<CreatedPlan, "plan" | "invalid">> {
  const invalid = await findPlan(workspace, featureId).then(
    () => undefined,
    (error: unknown) => asCoreError(error).message,
  );
  const kept = await readRecord(planPath(workspace, featureId), keptSchema).catch(ignoreCoreError);
  return { plan: kept === undefined ? null : mask(kept), ...(invalid !== undefined && { invalid }) };
}

const mask = (plan: object) => keptSchema.parse(JSON.parse(maskLogins(JSON.stringify(plan))));

const keptSchema = z.record(z.string(), z.unknown());
