import { readBranchRecord, writeBranchRecord } from "../experiments/branches/branch-record.ts";
import { recordExperiment } from "../experiments/experiments.ts";
import { hasOutcomes } from "../experiments/outcomes/outcomes.ts";
import { findBranch } from "../lakebase/branches/branches.ts";
import { findObstacle } from "../lakebase/branches/delete-branch.ts";
import { describeOtherExpiry } from "../lakebase/branches/expiry.ts";
import { LakebaseBranchError } from "../lakebase/cli/errors.ts";
import type { Branch } from "../lakebase/resources.ts";
import { findOpenRun } from "../runs/caller/busy.ts";
import { listRuns } from "../runs/journal/journal.ts";
import type { BranchRecords, BranchRequest, CutBranch } from "./branch-request.ts";

/**
 * Keeps an experiment's branch as it is, and warns about how it differs from what the caller asked for.
 * @throws LakebaseBranchError `branch_conflict` if the call names a different parent
 */
export async function keepBranch(
  records: BranchRecords,
  found: Branch,
  request: BranchRequest,
): Promise<CutBranch> {
  const canBeFresh = await mayBeForkedAgain(records, found);
  refuseOtherParent(records, found, request, canBeFresh);
  const record = await completeRecord(records, found);
  await recordExperiment({ ...records.ref, branch: found.branch }, { notes: request.notes });
  const asked = [request.expiry, ...(request.shorterTtls ?? []).map((ttl) => ({ ttl }))];
  const expiry = request.isExpiryNamed ? describeOtherExpiry(found, asked, record) : undefined;
  const measured = describeOutcomes(records, canBeFresh);
  const warnings = [expiry, measured].filter((each) => each !== undefined);
  return { branch: found, created: false, retries: 0, warnings };
}

/** A parent that does not exist is no conflict: the branch may have been forked from the default branch instead. */
function refuseOtherParent(
  { ref, branches }: BranchRecords,
  found: Branch,
  { parentBranch, isParentNamed }: BranchRequest,
  canBeFresh: boolean,
): void {
  if (!isParentNamed || parentBranch === undefined) return;
  const parent = findBranch(branches, parentBranch);
  if (parent === undefined || parent.branch === found.parent_branch) return;
  const message = `Branch ${found.branch} of ${ref.experiment_slug} was forked from ${found.parent_branch ?? "nothing"}, not from ${parent.branch}.`;
  throw new LakebaseBranchError("branch_conflict", message, {
    hint: canBeFresh
      ? "Omit parent_branch to keep it, or pass fresh to fork it again from the other parent."
      : "Omit parent_branch to keep it, or choose another experiment_slug.",
  });
}

/** Completes a record from an earlier version, or from the kit, with the identity of its branch. */
async function completeRecord({ ref, recorded }: BranchRecords, found: Branch) {
  const known = recorded?.branch_uid === undefined ? undefined : await readBranchRecord(ref);
  if (known !== undefined) return known;
  const { branch, uid, parent_branch, create_time, expire_time } = found;
  const cut_at = create_time ?? new Date().toISOString();
  const record = { branch, uid, parent_branch, cut_at, expire_time };
  await writeBranchRecord(ref, record);
  return record;
}

/** Warns about outcomes of earlier cycles, whose state the branch still contains. */
function describeOutcomes({ ref }: BranchRecords, canBeFresh: boolean): string | undefined {
  if (!hasOutcomes(ref)) return undefined;
  const state = `${ref.experiment_slug} already has outcomes: its branch contains what its cycles left there.`;
  return canBeFresh ? `${state} fresh forks it again and sets them aside.` : state;
}

/** Whether `fresh` would succeed, so that we never recommend what would then be refused. */
async function mayBeForkedAgain({ ref, branches }: BranchRecords, found: Branch): Promise<boolean> {
  const runs = await listRuns(ref.workspace, ref.feature_id);
  return (
    findOpenRun(runs, [ref.experiment_slug]) === undefined && findObstacle(found, branches) === undefined
  );
}
