import { readBranchRecord, writeBranchRecord } from "../experiments/branch-record.ts";
import { recordExperiment } from "../experiments/experiments.ts";
import { hasOutcomes } from "../experiments/outcomes.ts";
import { findBranch } from "../lakebase/branches.ts";
import { findObstacle } from "../lakebase/delete-branch.ts";
import { LakebaseBranchError } from "../lakebase/errors.ts";
import { describeOtherExpiry } from "../lakebase/expiry.ts";
import type { Branch } from "../lakebase/resources.ts";
import { findOpenRun } from "../runs/caller/busy.ts";
import { listRuns } from "../runs/journal/journal.ts";
import type { BranchWish, CutBranch, Look } from "./branch-wish.ts";

/**
 * Leaves an experiment's branch as it is, and says what the caller may not expect of it.
 * @throws LakebaseBranchError `branch_conflict` where the call names another parent than it has
 */
export async function keepBranch(look: Look, found: Branch, wish: BranchWish): Promise<CutBranch> {
  refuseOtherParent(look, found, wish);
  const record = await completeRecord(look, found);
  await recordExperiment({ ...look.ref, branch: found.branch }, { notes: wish.notes });
  const asked = [wish.expiry, ...(wish.shorterTtls ?? []).map((ttl) => ({ ttl }))];
  const expiry = wish.isExpiryNamed ? describeOtherExpiry(found, asked, record) : undefined;
  const raced = await describeRaced(look, found);
  const warnings = [expiry, raced].filter((each) => each !== undefined);
  return { branch: found, created: false, retries: 0, warnings };
}

/** A parent that is not there may have been left for the default branch when the branch was cut. */
function refuseOtherParent(
  { ref, branches }: Look,
  found: Branch,
  { parentBranch, isParentNamed }: BranchWish,
): void {
  if (!isParentNamed || parentBranch === undefined) return;
  const parent = findBranch(branches, parentBranch);
  if (parent === undefined || parent.branch === found.parent_branch) return;
  const message = `Branch ${found.branch} of ${ref.experiment_slug} was forked from ${found.parent_branch ?? "nothing"} and not from ${parent.branch}.`;
  throw new LakebaseBranchError("branch_conflict", message, {
    hint: "Leave parent_branch out to keep it, or pass fresh to fork it again from the other parent.",
  });
}

/** A record of an earlier version, or of the kit, learns which branch it speaks of. */
async function completeRecord({ ref, recorded }: Look, found: Branch) {
  const known = recorded?.branch_uid === undefined ? undefined : await readBranchRecord(ref);
  if (known !== undefined) return known;
  const { branch, uid, parent_branch, create_time, expire_time } = found;
  const cut_at = create_time ?? new Date().toISOString();
  const record = { branch, uid, parent_branch, cut_at, expire_time };
  await writeBranchRecord(ref, record);
  return record;
}

/** The same name again may bring back an old state. A fresh fork is offered where it would not be refused. */
async function describeRaced({ ref, branches }: Look, found: Branch): Promise<string | undefined> {
  if (!hasOutcomes(ref)) return undefined;
  const slug = ref.experiment_slug;
  const runs = await listRuns(ref.workspace, ref.feature_id);
  if (findOpenRun(runs, [slug]) !== undefined || findObstacle(found, branches) !== undefined)
    return `${slug} has outcomes already: its branch holds what its cycles left.`;
  return `${slug} has outcomes already: its branch holds what its cycles left. fresh forks it again and sets them aside.`;
}
