import { checkBranch } from "../../../experiments/branches/check-branch.ts";
import { canLogIn, openConnection, readLoginEndpoint } from "../../../lakebase/connection/connection.ts";
import { readUptime } from "../../../lakebase/connection/uptime.ts";
import { asCoreError, CoreError } from "../../../utils/core-error.ts";
import type { CommandEnd } from "../../command/command.ts";
import type { CycleScope } from "../scope.ts";

// What became of a branch whose compute was not held all the time while a command ran.

/**
 * Refuses even a suite that passed if its branch is gone. Does not run the CLI if the last login still works.
 * @throws CoreError as `checkBranch` does
 */
export async function refuseLostBranch({ lakebase, experiment, logins, signal }: CycleScope): Promise<void> {
  const login = logins.used.at(-1);
  if (login !== undefined && (await canLogIn(lakebase, login))) return;
  await checkBranch(lakebase, experiment, { signal });
}

/**
 * Finds whether a command that failed had lost its branch, or its login. Does not run the CLI if the last login still
 * works.
 */
export async function findLostBranch({
  lakebase,
  experiment,
  logins,
  signal,
}: Omit<LoginScope, "branch" | "onWait">): Promise<CoreError | undefined> {
  const login = logins.used.at(-1);
  if (login !== undefined && (await canLogIn(lakebase, login))) return undefined;
  try {
    await checkBranch(lakebase, experiment, { signal });
    await logins.renew();
  } catch (error) {
    signal.throwIfAborted();
    return asCoreError(error);
  }
  // Where it had to wait for a compute, it works by now.
  if (login === undefined || (await canLogIn(lakebase, login))) return undefined;
  const what = `The login that the command had to branch ${experiment.branch} no longer works, but a new one does.`;
  return new CoreError("login_ended", what, {
    hint: "Run the experiment again. A login ends if the machine sleeps for long, or its user's rights change.",
    retryable: true,
  });
}

type LoginScope = Pick<CycleScope, "lakebase" | "experiment" | "branch" | "logins" | "signal" | "onWait">;

/**
 * Refuses a command that failed if it had lost its branch, its login or its sessions.
 * @throws CoreError what it had lost
 */
export async function refuseLost(
  scope: LoginScope,
  end: Pick<CommandEnd, "startedAt" | "durationMs"> & { isHeld: boolean },
): Promise<void> {
  const lost = await findLostBranch(scope);
  if (lost !== undefined) throw lost;
  if (!end.isHeld) await refuseRestarted(scope, end);
}

/**
 * Refuses a command that failed if the compute restarted, which ended its sessions.
 * @throws CoreError `compute_restarted`, or why nobody can log in any more
 */
export async function refuseRestarted(
  { lakebase, branch, logins, signal, onWait }: LoginScope,
  { startedAt, durationMs }: Pick<CommandEnd, "startedAt" | "durationMs">,
): Promise<void> {
  const untried = logins.used.at(-1);
  const endpoint = untried && readLoginEndpoint(untried);
  const login = await openConnection(lakebase, branch.branch, { signal, onWait, endpoint, untried });
  const uptime = await readUptime(login);
  // The clock may have been set back meanwhile; while the machine slept, nothing else went on.
  if (uptime === undefined || uptime > Math.max(Date.now() - startedAt, durationMs)) return;
  const what = `The compute of branch ${branch.branch} restarted while a command used it, which ended its sessions.`;
  throw new CoreError("compute_restarted", what, {
    hint: "Run the experiment again. If it happens again, check whether the command makes Postgres crash.",
    retryable: true,
  });
}
