import { readBranchRecord, recordEndpoint } from "../../../experiments/branches/branch-record.ts";
import { checkBranch } from "../../../experiments/branches/check-branch.ts";
import type { Experiment } from "../../../experiments/experiments.ts";
import { findSameBranch, resolveBranchName } from "../../../lakebase/branches/branches.ts";
import { openBudget } from "../../../lakebase/cli/budget.ts";
import type { Connection } from "../../../lakebase/connection/client.ts";
import {
  currentUser,
  openConnection,
  readLoginEndpoint,
  requestLogin,
} from "../../../lakebase/connection/connection.ts";
import { awaitEndpoint, type ReadyEndpoint } from "../../../lakebase/connection/endpoint.ts";
import { findInTime } from "../../../lakebase/connection/find-in-time.ts";
import type { OnWait } from "../../../lakebase/connection/hold-compute.ts";
import type { Lakebase } from "../../../lakebase/lakebase.ts";
import type { Branch } from "../../../lakebase/resources.ts";
import { ignoreCoreError } from "../../../utils/core-error.ts";
import type { PassedLogins } from "../../pass-logins.ts";
import { keepLogins, type Logins } from "./logins.ts";
import { retryWithBackoff } from "./retry-with-backoff.ts";

/** An experiment's branch, and a login that works there. */
export interface ReachedBranch {
  /** As reported by Lakebase. */
  branch: Branch;
  /** Confirms that it still is the experiment's own. Called when a command has started, and awaited before it counts. */
  confirmBranch: () => Promise<void>;
  logins: Logins;
}

export interface ReachOptions {
  /** Lists the project's branches, once for a run; empty if they cannot be listed. */
  list: () => Promise<readonly Branch[]>;
  /** Logins of earlier runs. */
  passed: PassedLogins;
  /** No one logs in before this resolves, because that would wake the branch's compute. */
  mayWake: Promise<void>;
  signal: AbortSignal;
  onWait: OnWait;
}

/**
 * Finds the branch created for an experiment, and logs in to it. That takes no CLI process if whoever started the run
 * knows a login; a single one, for a password, if an earlier run recorded the endpoint's host, which is unique to the
 * branch; and otherwise three.
 * @throws CoreError if the branch is unavailable; the signal's reason if the run was stopped
 */
export async function reachBranch(
  lakebase: Lakebase,
  experiment: Experiment,
  options: ReachOptions,
): Promise<ReachedBranch> {
  const passed = await tryPassed(lakebase, experiment, options).catch(ignoreCoreError);
  if (passed !== undefined) return passed;
  options.signal.throwIfAborted();
  // Every login needs it; whoever does learns whether that worked.
  currentUser(lakebase).catch(() => {});
  const reached = await tryRecorded(lakebase, experiment, options).catch(ignoreCoreError);
  if (reached !== undefined) return reached;
  options.signal.throwIfAborted();
  return retryWithBackoff(() => lookFor(lakebase, experiment, options), options.signal);
}

/** Uses a login of an earlier run. Whether the branch is still there is for `confirmBranch` to find out. */
async function tryPassed(
  lakebase: Lakebase,
  experiment: Experiment,
  options: ReachOptions,
): Promise<ReachedBranch | undefined> {
  const known = await findInTime(options.passed, experiment.branch_uid ?? "", options.signal);
  if (known === undefined || known.branch.branch !== experiment.branch) return undefined;
  const { branch, login } = known;
  await options.mayWake;
  const endpoint = readLoginEndpoint(login);
  const of = { signal: options.signal, onWait: options.onWait, endpoint, untried: login, tries: 1 };
  const tried = await openConnection(lakebase, branch.branch, of);
  // Whoever made it looked up the user, and is the same user.
  lakebase.identity.user ??= Promise.resolve(login.user);
  if (login.api_host !== null) lakebase.identity.host ??= Promise.resolve(login.api_host);
  // Without it, a run that knows no login needs two more processes.
  await recordEndpoint(experiment, branch.uid, endpoint).catch(() => {});
  let confirmed: Promise<void> | undefined;
  const confirmBranch = () => {
    confirmed ??= confirm(lakebase, experiment, options);
    return confirmed;
  };
  return { ...asReached(lakebase, branch, tried, options), confirmBranch };
}

/** @throws CoreError as `checkBranch` does */
async function confirm(
  lakebase: Lakebase,
  experiment: Experiment,
  { list, signal }: ReachOptions,
): Promise<void> {
  const { branch, branch_uid: uid } = experiment;
  if (findSameBranch(await list(), { branch, uid }) !== undefined) return;
  await retryWithBackoff(() => checkBranch(lakebase, experiment, { signal }), signal);
}

/** Logs in to the recorded endpoint, if the branch in the list is the one in the record. */
async function tryRecorded(
  lakebase: Lakebase,
  experiment: Experiment,
  options: ReachOptions,
): Promise<ReachedBranch | undefined> {
  const { list, mayWake, signal, onWait } = options;
  const record = await readBranchRecord(experiment).catch(() => undefined);
  if (record?.endpoint === undefined || record.branch !== experiment.branch || record.uid === null)
    return undefined;
  const { endpoint } = record;
  // At the same time as the list, which seldom says that the login is of no use.
  const requested = requestLogin(lakebase, endpoint, { signal });
  requested.catch(() => {});
  const branch = findSameBranch(await list(), record);
  if (branch === undefined) return undefined;
  const untried = await requested;
  await mayWake;
  const login = await openConnection(lakebase, branch.branch, {
    signal,
    onWait,
    endpoint,
    untried,
    tries: 1,
  });
  options.passed.tell({ branch, login });
  return asReached(lakebase, branch, login, options);
}

function asReached(
  lakebase: Lakebase,
  branch: Branch,
  first: Connection,
  { signal, onWait, passed }: ReachOptions,
): ReachedBranch {
  const onLogin = (login: Connection) => passed.tell({ branch, login });
  const logins = keepLogins(lakebase, branch.branch, { signal, onWait, onLogin }, first);
  return { branch, logins, confirmBranch: async () => {} };
}

async function lookFor(
  lakebase: Lakebase,
  experiment: Experiment,
  options: ReachOptions,
): Promise<ReachedBranch> {
  const { mayWake, signal, onWait } = options;
  const check = () => checkBranch(lakebase, experiment, { signal });
  // The endpoint first: if the branch is the experiment's own afterwards, it was so when the endpoint was looked up.
  const endpoint = await findEndpoint(lakebase, experiment, check, signal);
  const [branch, untried] = await Promise.all([check(), requestLogin(lakebase, endpoint, { signal })]);
  await mayWake;
  const login = await openConnection(lakebase, branch.branch, { signal, onWait, endpoint, untried });
  // Without it, the next run needs two more processes.
  await recordEndpoint(experiment, branch.uid, endpoint).catch(() => {});
  options.passed.tell({ branch, login });
  return asReached(lakebase, branch, login, options);
}

async function findEndpoint(
  lakebase: Lakebase,
  { branch }: Experiment,
  check: () => Promise<Branch>,
  signal: AbortSignal,
): Promise<ReadyEndpoint> {
  const budget = openBudget(lakebase, { signal });
  try {
    return await awaitEndpoint(lakebase, await resolveBranchName(lakebase, branch, budget), budget, check);
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
export async function reachWithoutLogin(
  lakebase: Lakebase,
  experiment: Experiment,
  options: Pick<ReachOptions, "signal" | "onWait">,
): Promise<ReachedBranch> {
  const { signal } = options;
  const branch = await retryWithBackoff(() => checkBranch(lakebase, experiment, { signal }), signal);
  const logins = keepLogins(lakebase, branch.branch, options);
  return { branch, logins, confirmBranch: async () => {} };
}
