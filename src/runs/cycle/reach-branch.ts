import { readBranchRecord, recordEndpoint } from "../../experiments/branches/branch-record.ts";
import { checkBranch } from "../../experiments/branches/check-branch.ts";
import type { Experiment } from "../../experiments/experiments.ts";
import { resolveBranchName } from "../../lakebase/branches/branches.ts";
import { openBudget } from "../../lakebase/cli/budget.ts";
import { currentUser, openConnection, requestLogin } from "../../lakebase/connection/connection.ts";
import { type ReadyEndpoint, readyEndpoint } from "../../lakebase/connection/endpoint.ts";
import type { OnWait } from "../../lakebase/connection/hold-compute.ts";
import type { Lakebase } from "../../lakebase/lakebase.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";
import { keepLogins, type Logins } from "./logins.ts";
import { retryWithBackoff } from "./retry-with-backoff.ts";

/** An experiment's branch, and a login that works there. */
export interface ReachedBranch {
  branch: Branch;
  logins: Logins;
}

export interface ReachOptions {
  /** The project's branches when the run started; empty if they could not be listed. */
  listed: Promise<readonly Branch[]>;
  /** No one logs in before this resolves, because that would wake the branch's compute. */
  mayWake: Promise<void>;
  signal: AbortSignal;
  onWait: OnWait;
}

/**
 * Finds the branch created for an experiment, and logs in to it. If an earlier run did so, that takes a single CLI
 * process, for a password: the endpoint's host, which is unique to the branch, was recorded with the branch's uid.
 * Otherwise it takes three.
 * @throws CoreError if the branch is unavailable; the signal's reason if the run was stopped
 */
export async function reachBranch(
  lakebase: Lakebase,
  experiment: Experiment,
  options: ReachOptions,
): Promise<ReachedBranch> {
  // Every login needs it; whoever does learns whether that worked.
  currentUser(lakebase).catch(() => {});
  const reached = await tryKnown(lakebase, experiment, options).catch(ignoreCoreError);
  if (reached !== undefined) return reached;
  options.signal.throwIfAborted();
  return retryWithBackoff(() => lookFor(lakebase, experiment, options), options.signal);
}

/** Logs in to the recorded endpoint, if the branch in the list is the one in the record. */
async function tryKnown(
  lakebase: Lakebase,
  experiment: Experiment,
  { listed, mayWake, ...options }: ReachOptions,
): Promise<ReachedBranch | undefined> {
  const record = await readBranchRecord(experiment).catch(() => undefined);
  if (record?.endpoint === undefined || record.branch !== experiment.branch || record.uid === null)
    return undefined;
  const { endpoint } = record;
  // At the same time as the list, which seldom says that the login is of no use.
  const requested = requestLogin(lakebase, endpoint, options);
  requested.catch(() => {});
  const branch = (await listed).find((each) => each.branch === record.branch && each.uid === record.uid);
  if (branch === undefined || branch.state === "DELETED") return undefined;
  const untried = await requested;
  await mayWake;
  const login = await openConnection(lakebase, branch.branch, { ...options, endpoint, untried, tries: 1 });
  return { branch, logins: keepLogins(lakebase, branch.branch, options, login) };
}

async function lookFor(
  lakebase: Lakebase,
  experiment: Experiment,
  { mayWake, ...options }: ReachOptions,
): Promise<ReachedBranch> {
  const { signal } = options;
  const check = () => checkBranch(lakebase, experiment, { signal });
  // The endpoint first: if the branch is the experiment's own afterwards, it was so when the endpoint was looked up.
  const endpoint = await findEndpoint(lakebase, experiment, check, signal);
  const [branch, untried] = await Promise.all([check(), requestLogin(lakebase, endpoint, { signal })]);
  await mayWake;
  const login = await openConnection(lakebase, branch.branch, { ...options, endpoint, untried });
  // Without it, the next run needs two more processes.
  await recordEndpoint(experiment, branch.uid, endpoint).catch(() => {});
  return { branch, logins: keepLogins(lakebase, branch.branch, options, login) };
}

async function findEndpoint(
  lakebase: Lakebase,
  { branch }: Experiment,
  check: () => Promise<Branch>,
  signal: AbortSignal,
): Promise<ReadyEndpoint> {
  const budget = openBudget(lakebase, { signal });
  try {
    return await readyEndpoint(lakebase, await resolveBranchName(lakebase, branch, budget), budget, check);
  } catch (error) {
    signal.throwIfAborted();
    // An error that says the branch is gone, or someone else's, is more informative.
    await check();
    throw error;
  }
}

/**
 * The same without a login, where other machines run the suites: it logs in once somebody needs it to.
 * @throws CoreError as `checkBranch` does
 */
export async function findBranch(
  lakebase: Lakebase,
  experiment: Experiment,
  options: Pick<ReachOptions, "signal" | "onWait">,
): Promise<ReachedBranch> {
  const { signal } = options;
  const branch = await retryWithBackoff(() => checkBranch(lakebase, experiment, { signal }), signal);
  return { branch, logins: keepLogins(lakebase, branch.branch, options) };
}
