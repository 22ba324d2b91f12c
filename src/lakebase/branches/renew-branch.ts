import { openBudget, retryTransient } from "../cli/budget.ts";
import { askCli } from "../cli/run-cli.ts";
import type { Lakebase } from "../lakebase.ts";
import { branchPath } from "../paths.ts";
import { type Branch, branchResource } from "../resources.ts";
import type { BranchName } from "./branch-id.ts";
import { asExpiry } from "./expiry.ts";

/**
 * Extends a branch's life to `ttl` (`"604800s"`) from now. Sets the time explicitly, because Lakebase does not document
 * whether an updated ttl counts from now or from the branch's creation.
 * @throws LakebaseBranchError `branch_not_found`; LakebaseBranchTtlTooLongError
 */
export async function renewBranch(
  lakebase: Lakebase,
  branch: BranchName,
  { ttl, signal }: { ttl: string; signal?: AbortSignal | undefined },
): Promise<Branch> {
  const path = branchPath(lakebase, branch);
  asExpiry({ ttl });
  const expire_time = new Date(Date.now() + Number.parseInt(ttl, 10) * 1000).toISOString();
  const budget = openBudget(lakebase, { signal });
  const body = JSON.stringify({ spec: { expire_time } });
  const call = {
    args: ["postgres", "update-branch", path, "spec.expiration", "--json", body],
    wait_ms: lakebase.limits.write_ms,
    expiry: ttl,
  };
  return retryTransient(budget, () => askCli(lakebase, budget, call, branchResource));
}
