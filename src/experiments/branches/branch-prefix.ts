import { branchPrefixSchema } from "../../../schemas/names.ts";
import type { Plan } from "../../../schemas/plan/plan.ts";
import type { Context } from "../../context.ts";
import { parseAs } from "../../utils/parse.ts";

/**
 * What the names of new branches begin with; undefined where nothing is set. The variable comes before the plan: it is
 * one person's, and the plan is everybody's.
 * @throws CoreError `invalid_branch_prefix`
 */
export function findBranchPrefix(
  { branch_prefix }: Pick<Context, "branch_prefix">,
  plan: Pick<Plan, "branch_prefix"> = {},
): string | undefined {
  if (branch_prefix === undefined) return plan.branch_prefix;
  return parseAs(branchPrefixSchema, branch_prefix, {
    code: "invalid_branch_prefix",
    subject: "LAKEBASE_BRANCH_PREFIX",
    hint: "Correct the variable in the client's configuration and restart the server.",
  });
}
