import { type CutIntent, matchesIntent } from "../experiments/branches/cut-intent.ts";
import type { Experiment } from "../experiments/experiments.ts";
import { findBranch } from "../lakebase/branches/branches.ts";
import { isSameUid } from "../lakebase/branches/delete-branch.ts";
import { LakebaseBranchError } from "../lakebase/cli/errors.ts";
import type { Branch } from "../lakebase/resources.ts";

/** What to do about an experiment's branch. */
export type Claim =
  /** It exists and is ours. */
  | { action: "keep"; found: Branch }
  /** It exists and is ours, but the caller wants a new one. */
  | { action: "replace"; found: Branch }
  /** An earlier call created it and died before recording it. */
  | { action: "adopt"; found: Branch }
  /** It does not exist. */
  | { action: "fork" };

/**
 * Decides what to do about an experiment's branch. A branch is ours only if this workspace has a record of creating it,
 * never because of its name: another workspace of the same project may use the same names.
 * @param branches all branches of the project, freshly listed
 * @throws LakebaseBranchError `branch_conflict`
 */
export function claimBranch(
  name: string,
  { recorded, intent }: { recorded: Experiment | undefined; intent: CutIntent | undefined },
  { branches, fresh }: { branches: readonly Branch[]; fresh: boolean },
): Claim {
  const found = findBranch(branches, name);
  if (found === undefined) return { action: "fork" };
  if (recorded !== undefined && isSameUid(recorded.branch_uid, found.uid))
    return { action: fresh ? "replace" : "keep", found };
  if (matchesIntent(intent, found)) return { action: "adopt", found };
  throw takenBranch(found.branch, recorded);
}

/** The error for a branch that, as far as we know, belongs to someone else. */
export function takenBranch(
  branch: string,
  recorded: Experiment | undefined,
  cause?: unknown,
): LakebaseBranchError {
  const why =
    recorded === undefined
      ? "and no record of this workspace shows that it was created here"
      : `and it is not the one created here, whose uid was ${recorded.branch_uid}`;
  const hint =
    recorded === undefined
      ? "Set LAKEBASE_BRANCH_PREFIX, or branch_prefix in plan.json, to keep your branches apart from those of others; or choose another experiment_slug; or delete the branch if no one needs it."
      : "Choose another experiment_slug; or delete the branch if no one needs it, and call again.";
  return new LakebaseBranchError("branch_conflict", `Branch ${branch} already exists, ${why}.`, {
    hint,
    cause,
  });
}
