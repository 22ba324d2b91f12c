import { branchPrefixSchema } from "../../../schemas/names.ts";
import type { Plan } from "../../../schemas/plan/plan.ts";
import type { Context } from "../../context.ts";
import { parseAs } from "../../utils/parse.ts";

/**
 * Finds the prefix for names of new branches; undefined if none is set. The variable takes precedence over the plan: it
 * belongs to one person, while the plan belongs to everybody.
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
