import type { Finding } from "../../schemas/finding.ts";
import type { Context } from "../context.ts";
import { findBranchPrefix } from "../experiments/branches/branch-prefix.ts";
import { describeError } from "../utils/describe-error.ts";

/** Reports the prefix of this person's branches, if one is set. */
export function checkPrefix(context: Pick<Context, "branch_prefix">): Finding[] {
  const name = "branch_prefix";
  try {
    const prefix = findBranchPrefix(context);
    return prefix === undefined
      ? []
      : [{ name, state: "ok", detail: `${prefix}, from LAKEBASE_BRANCH_PREFIX` }];
  } catch (error) {
    const { message, hint } = describeError(error);
    return [{ name, state: "failed", detail: message, remedy: hint }];
  }
}
