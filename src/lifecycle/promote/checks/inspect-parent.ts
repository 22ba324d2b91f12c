import type { Plan } from "../../../../schemas/plan/plan.ts";
import type { DatabaseState } from "../../../../schemas/promotion/database-state.ts";
import type { ParentBranch } from "../../../../schemas/promotion/promotion.ts";
import type { Context } from "../../../context.ts";
import { readState } from "../../../database/state.ts";
import { readBranchRecord } from "../../../experiments/branches/branch-record.ts";
import type { ExperimentRef } from "../../../experiments/layout.ts";
import { getBranch, getDefaultBranchName } from "../../../lakebase/branches/branches.ts";
import { hasCode, LakebaseBranchError } from "../../../lakebase/cli/errors.ts";
import { openConnection } from "../../../lakebase/connection/connection.ts";
import type { Branch } from "../../../lakebase/resources.ts";
import { type Objection, toObjection } from "./objection.ts";

/** The branch that an experiment was forked from, in its current state. */
export interface ParentInspection {
  parent?: ParentBranch | undefined;
  state?: DatabaseState | undefined;
  objections: Objection[];
}

export async function inspectParent(
  { lakebase, signal }: Pick<Context, "lakebase" | "signal">,
  ref: ExperimentRef,
  plan: Plan,
): Promise<ParentInspection> {
  try {
    const { branch, uid } = await findParent({ lakebase, signal }, ref, plan);
    const parent = { branch, uid };
    try {
      return {
        parent,
        state: await readState(await openConnection(lakebase, branch, { signal })),
        objections: [],
      };
    } catch (error) {
      return { parent, objections: [toObjection(error)] };
    }
  } catch (error) {
    return { objections: [toObjection(error)] };
  }
}

/**
 * Finds the parent named by the experiment's record, or else by the plan, or else the project's default.
 * @throws LakebaseBranchError `parent_gone`
 */
async function findParent(
  { lakebase, signal }: Pick<Context, "lakebase" | "signal">,
  ref: ExperimentRef,
  plan: Plan,
): Promise<Branch> {
  const recorded = await readBranchRecord(ref).catch(() => undefined);
  const name =
    recorded?.parent_branch ?? plan.parent_branch ?? (await getDefaultBranchName(lakebase, { signal }));
  return getBranch(lakebase, name, { signal }).catch((error: unknown) => {
    if (!hasCode(error, "branch_not_found")) throw error;
    throw new LakebaseBranchError("parent_gone", `The parent branch ${name} no longer exists.`, {
      hint: "Create the experiment again on an existing parent. List the branches to see their names.",
      cause: error,
    });
  });
}
