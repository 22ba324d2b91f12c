import { checkBranch } from "../../experiments/branches/check-branch.ts";
import { readUptime } from "../../lakebase/connection/uptime.ts";
import { CoreError } from "../../utils/core-error.ts";
import type { CycleScope } from "./scope.ts";

/**
 * Finds out what became of a branch whose compute was not held all the time. Does not run the CLI if the last login still
 * works.
 * @param since milliseconds since the epoch
 * @returns whether its compute restarted since then
 * @throws CoreError as `checkBranch` does, if the branch is gone: then not even a suite that passed was measured
 */
export async function findRestart(
  { lakebase, experiment, logins, signal }: CycleScope,
  since: number,
): Promise<boolean> {
  const login = logins.used.at(-1);
  const uptime = login && (await readUptime(login));
  if (uptime !== undefined) return uptime < Date.now() - since;
  await checkBranch(lakebase, experiment, { signal });
  return false;
}

export function computeRestarted({ branch }: CycleScope["experiment"]): CoreError {
  const what = `The compute of branch ${branch} restarted while the suite ran, which ended its sessions.`;
  return new CoreError("compute_restarted", what, {
    hint: "Run the experiment again. If it happens again, check whether the suite makes Postgres crash.",
    retryable: true,
  });
}
