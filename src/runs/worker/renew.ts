import type { Experiment } from "../../experiments/experiments.ts";
import { listBranches } from "../../lakebase/branches/branches.ts";
import { isSameUid } from "../../lakebase/branches/delete-branch.ts";
import { renewBranch } from "../../lakebase/branches/renew-branch.ts";
import type { Lakebase } from "../../lakebase/lakebase.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { CoreError } from "../../utils/core-error.ts";

/** What a branch keeps beyond the run, to look into it. */
const marginMs = 3_600_000;

/**
 * Lets the branches that would expire during a run, or soon after it, live for the plan's ttl from now on. One
 * listing for all of them. Where that does not work the run goes on: a branch that is gone says so itself.
 * @param minutes how long the run may take
 */
export async function renewExpiring(
  lakebase: Lakebase,
  experiments: readonly Experiment[],
  { ttl, minutes, signal }: { ttl: string; minutes: number; signal: AbortSignal },
): Promise<void> {
  const needed = Date.now() + minutes * 60_000 + marginMs;
  const isRaced = (found: Branch) =>
    experiments.some(({ branch, branch_uid }) => branch === found.branch && isSameUid(branch_uid, found.uid));
  try {
    const branches = await listBranches(lakebase, { signal });
    const expiring = branches.filter(
      (each) => isRaced(each) && each.expire_time !== null && Date.parse(each.expire_time) < needed,
    );
    await Promise.all(expiring.map(({ branch }) => renewBranch(lakebase, branch, { ttl, signal })));
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
  }
}
