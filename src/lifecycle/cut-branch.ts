import { isDeepStrictEqual } from "node:util";
import type { Context } from "../context.ts";
import {
  type CutIntent,
  deleteCutIntent,
  matchesIntent,
  readCutIntent,
  writeCutIntent,
} from "../experiments/branches/cut-intent.ts";
import { findExperiment, recordExperiment } from "../experiments/experiments.ts";
import { cutPaths, type ExperimentRef } from "../experiments/layout.ts";
import { setFindingsAside } from "../experiments/set-aside.ts";
import { listBranches } from "../lakebase/branches/branches.ts";
import { type CreatedBranch, createBranch } from "../lakebase/branches/create-branch.ts";
import { mayStillLand } from "../lakebase/branches/request-fork.ts";
import { hasCode } from "../lakebase/cli/errors.ts";
import { refuseBusy } from "../runs/caller/busy.ts";
import { listRuns, startLock } from "../runs/journal/journal.ts";
import { CoreError } from "../utils/core-error.ts";
import { withLock } from "../utils/files/lock.ts";
import { findKnownError } from "../utils/processes/system-errors.ts";
import type { BranchRecords, BranchRequest, CutBranch } from "./branch-request.ts";
import { type Claim, claimBranch, takenBranch } from "./claim-branch.ts";
import { keepBranch } from "./keep-branch.ts";

/**
 * The longest time a request to Lakebase can be in flight, including everything its CLI waits and retries, in
 * milliseconds.
 */
const onItsWayMs = 600_000;

/**
 * Gives an experiment its branch and records it: the existing one if it is ours, or else a new one. Findings that
 * belong to a replaced branch are set aside. A call that dies halfway leaves an intent, by which the next call finds
 * the branch.
 * @param prepare called before a new branch is forked, with the lock on the experiment's branch
 * @throws CoreError `experiment_busy` if a run is using it; LakebaseBranchError `branch_conflict` if the branch
 *   belongs to someone else, and whatever `createBranch` throws
 */
export async function cutBranch(
  context: Pick<Context, "lakebase" | "signal">,
  ref: ExperimentRef,
  request: BranchRequest,
  prepare: () => Promise<void> = async () => {},
): Promise<CutBranch> {
  const { lakebase, signal } = context;
  const first = await readRecords(ref, request);
  if (first.claim.action === "keep") return keepBranch(first, first.claim.found, request);
  return withLock(cutPaths(ref).lock, signal, async () => {
    // Another call may have created it while we waited.
    const isSame = isDeepStrictEqual(await findExperiment(ref), first.recorded);
    const branches = isSame ? request.branches : await listBranches(lakebase, { signal });
    const seen = await readRecords(ref, { ...request, branches });
    if (seen.claim.action === "keep") return keepBranch(seen, seen.claim.found, request);
    await refuseActiveRun(ref, signal);
    await prepare();
    return fork(context, seen, seen.claim, request);
  });
}

async function readRecords(ref: ExperimentRef, request: BranchRequest): Promise<BranchRecords> {
  const [recorded, intent] = await Promise.all([findExperiment(ref), readCutIntent(ref)]);
  const name = recorded?.branch ?? intent?.branch ?? request.name;
  const claim = claimBranch(name, { recorded, intent }, request);
  return { ref, name, recorded, intent, claim, branches: request.branches };
}

/** No run of the experiment can start while we hold its lock. @throws CoreError `experiment_busy` */
async function refuseActiveRun({ workspace, ...names }: ExperimentRef, signal: AbortSignal): Promise<void> {
  await withLock(startLock(workspace), signal, async () =>
    refuseBusy(await listRuns(workspace, names.feature_id), [names.experiment_slug]),
  );
}

async function fork(
  { lakebase, signal }: Pick<Context, "lakebase" | "signal">,
  { ref, name, recorded, intent: before, branches }: BranchRecords,
  claim: Exclude<Claim, { action: "keep" }>,
  { parentBranch, missingParent, expiry, shorterTtls, notes }: BranchRequest,
): Promise<CutBranch> {
  const intent = claim.action === "adopt" && before !== undefined ? before : planCut(name, claim, before);
  const replacement = { replace: { owned: true, uid: recorded?.branch_uid }, branches };
  await writeCutIntent(ref, intent);
  const cut = await createBranch(lakebase, {
    ...{ branch: name, parentBranch, missingParent, expiry, shorterTtls, signal },
    existing: claim.action === "replace" ? replacement : "refuse",
    isOurs: (found) => matchesIntent(before, found),
  }).catch(async (error: unknown) => {
    if (!mayStillLand(error)) await restoreIntent(ref, before);
    throw before === undefined && hasCode(error, "branch_conflict")
      ? takenBranch(name, undefined, error)
      : error;
  });
  try {
    await writeCutIntent(ref, { ...intent, uid: cut.branch.uid });
    await setFindingsAside(ref);
    await recordCut(ref, cut, notes);
  } catch (error) {
    throw nameUnrecorded(cut.branch.branch, error);
  }
  return { branch: cut.branch, created: true, retries: cut.retries, warnings: [] };
}

/**
 * Names the new branch in the error, because an unnoticed branch keeps costing. Its intent is on disk, so the next call
 * will find it.
 */
function nameUnrecorded(branch: string, error: unknown): unknown {
  const known = findKnownError(error);
  if (known === undefined) return error;
  const { code, message, hint, retryable } = known;
  return new CoreError(code, `Branch ${branch} was created but could not be recorded: ${message}`, {
    hint: `${hint} The next call takes the branch over.`,
    retryable,
    cause: error,
  });
}

function planCut(
  branch: string,
  claim: Exclude<Claim, { action: "keep" }>,
  before: CutIntent | undefined,
): CutIntent {
  const now = Date.now();
  // A request of an earlier call may still be in flight.
  const open = before?.uid === null ? before : undefined;
  return {
    branch,
    since: open?.since ?? new Date(now).toISOString(),
    until: new Date(now + onItsWayMs).toISOString(),
    replaces: claim.action === "replace" ? claim.found.uid : (open?.replaces ?? null),
    uid: null,
  };
}

async function restoreIntent(ref: ExperimentRef, before: CutIntent | undefined): Promise<void> {
  if (before === undefined) await deleteCutIntent(ref);
  else await writeCutIntent(ref, before);
}

async function recordCut(ref: ExperimentRef, { branch }: CreatedBranch, notes?: string): Promise<void> {
  const { branch: name, uid, parent_branch, create_time, expire_time } = branch;
  const cut_at = create_time ?? new Date().toISOString();
  const cut = { branch: name, uid, parent_branch, cut_at, expire_time };
  await recordExperiment({ ...ref, branch: name }, { notes, cut });
  await deleteCutIntent(ref);
}
