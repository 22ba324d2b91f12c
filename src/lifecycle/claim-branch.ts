import { type CutIntent, isIntended } from "../experiments/branches/cut-intent.ts";
import type { Experiment } from "../experiments/experiments.ts";
import { findBranch } from "../lakebase/branches/branches.ts";
import { isSameUid } from "../lakebase/branches/delete-branch.ts";
import { LakebaseBranchError } from "../lakebase/cli/errors.ts";
import type { Branch } from "../lakebase/resources.ts";

/** What is to be done for an experiment's branch. */
export type Claim =
  /** It is there and ours. */
  | { action: "keep"; found: Branch }
  /** It is there and ours, and a new one is wanted. */
  | { action: "replace"; found: Branch }
  /** An earlier call made it and died before it was recorded. */
  | { action: "adopt"; found: Branch }
  /** It is not there. */
  | { action: "fork" };

/**
 * A branch is ours where this workspace has a record of cutting it, never because of its name alone: another workspace
 * of the same project may use the same names.
 * @param branches all of the project, as just listed
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
  if (isIntended(intent, found)) return { action: "adopt", found };
  throw takenBranch(found.branch, recorded);
}

/** A branch of somebody else's, by all that is known here. */
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
