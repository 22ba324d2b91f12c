import type { Experiment } from "../../experiments/experiments.ts";
import { isSameUid } from "../../lakebase/branches/delete-branch.ts";
import { renewBranch } from "../../lakebase/branches/renew-branch.ts";
import type { Lakebase } from "../../lakebase/lakebase.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { CoreError } from "../../utils/core-error.ts";

/** How much longer than the run a branch is kept, to inspect it. */
const marginMs = 3_600_000;

interface RenewOptions {
  /** The project's branches. */
  listed: Promise<readonly Branch[]>;
  ttl: string;
  /** How long the run may take. */
  minutes: number;
  signal: AbortSignal;
}

/**
 * Extends branches that would expire during a run, or soon after it, to the plan's ttl from now. If that fails, the run
 * continues: a missing branch will be reported anyway.
 */
export async function renewExpiring(
  lakebase: Lakebase,
  experiments: readonly Experiment[],
  { listed, ttl, minutes, signal }: RenewOptions,
): Promise<void> {
  const needed = Date.now() + minutes * 60_000 + marginMs;
  const isRunning = (found: Branch) =>
    experiments.some(({ branch, branch_uid }) => branch === found.branch && isSameUid(branch_uid, found.uid));
  try {
    const expiring = (await listed).filter(
      (each) => isRunning(each) && each.expire_time !== null && Date.parse(each.expire_time) < needed,
    );
    await Promise.all(expiring.map(({ branch }) => renewBranch(lakebase, branch, { ttl, signal })));
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
  }
}
