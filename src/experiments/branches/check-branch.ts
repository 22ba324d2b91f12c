import { getBranch } from "../../lakebase/branches/branches.ts";
import { isSameUid } from "../../lakebase/branches/delete-branch.ts";
import { hasCode, LakebaseBranchError } from "../../lakebase/cli/errors.ts";
import type { Lakebase } from "../../lakebase/lakebase.ts";
import type { Branch } from "../../lakebase/resources.ts";
import type { Experiment } from "../experiments.ts";
import { matchesIntent, readCutIntent } from "./cut-intent.ts";

/**
 * Returns the current state of an experiment's branch, if it is still the one that was cut for it.
 * @throws LakebaseBranchError `branch_gone` if it was deleted or has expired, `branch_replaced` if a different branch
 * now has its name; LakebaseError if Lakebase could not be asked
 */
export async function checkBranch(
  lakebase: Lakebase,
  experiment: Experiment,
  options?: { signal?: AbortSignal | undefined },
): Promise<Branch> {
  const branch = await getBranch(lakebase, experiment.branch, options).catch((error: unknown) => {
    throw hasCode(error, "branch_not_found") ? branchGone(experiment, error) : error;
  });
  if (branch.state === "DELETED") throw branchGone(experiment);
  if (isSameUid(branch.uid, experiment.branch_uid)) return branch;
  throw branchReplaced(experiment, branch, matchesIntent(await readCutIntent(experiment), branch));
}

function branchGone({ branch, experiment_slug }: Experiment, cause?: unknown): LakebaseBranchError {
  return new LakebaseBranchError(
    "branch_gone",
    `Branch ${branch} no longer exists: it was deleted or expired.`,
    {
      hint: `Create ${experiment_slug} again to fork its branch again, then run it.`,
      cause,
    },
  );
}

function branchReplaced(
  { branch, branch_uid, experiment_slug }: Experiment,
  found: Branch,
  isOurs: boolean,
): LakebaseBranchError {
  if (isOurs) {
    return new LakebaseBranchError("branch_replaced", `Forking branch ${branch} again was interrupted.`, {
      hint: `Create ${experiment_slug} again to finish it, then run it.`,
    });
  }
  const message = `Branch ${branch} is not the one created for ${experiment_slug}: its uid is ${found.uid} and was ${branch_uid}. Someone deleted it and created another with the same name.`;
  return new LakebaseBranchError("branch_replaced", message, {
    hint: `Use another experiment name; or, if no one needs the existing branch, delete it and create ${experiment_slug} again.`,
  });
}
