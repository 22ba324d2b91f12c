import { asBranchName, type BranchName } from "./branch-id.ts";
import { fetchBranches } from "./branches.ts";
import { type Budget, openBudget, retryTransient } from "./budget.ts";
import { hasCode, LakebaseBranchError } from "./errors.ts";
import type { Lakebase } from "./lakebase.ts";
import { branchPath } from "./paths.ts";
import type { Branch } from "./resources.ts";
import { runCli } from "./run-cli.ts";

export interface Ownership {
  /** Whether a record of ours says that we made the branch. */
  owned: boolean;
  /** Delete it although it is not ours. Nothing lifts the guards on default, protected and parent branches. */
  force?: boolean | undefined;
}

export interface DeletedBranch {
  /** False where there was no such branch. */
  deleted: boolean;
  retries: number;
}

/**
 * Deletes a branch, after a look at what it is. Idempotent.
 * @throws LakebaseBranchError `not_our_branch`, `default_branch`, `protected_branch`, `root_branch`, `has_children`
 */
export async function deleteBranch(
  lakebase: Lakebase,
  branch: string,
  { signal, ...ownership }: Ownership & { signal?: AbortSignal | undefined },
): Promise<DeletedBranch> {
  const name = asBranchName(branch);
  checkOwnership(name, ownership);
  const budget = openBudget(lakebase, { signal });
  const deleted = await removeBranch(lakebase, budget, name, await fetchBranches(lakebase, budget));
  return { deleted, retries: budget.retries };
}

/** @throws LakebaseBranchError `not_our_branch` */
export function checkOwnership(branch: BranchName, { owned, force }: Ownership): void {
  if (owned || force === true) return;
  throw new LakebaseBranchError("not_our_branch", `No experiment's record names branch ${branch}.`, {
    hint: "Only branches of experiments are deleted. Pass force if this one must go all the same.",
  });
}

/**
 * The lowest layer: whoever asks, and whatever for, these guards hold.
 * @param branches all of the project, as just listed
 */
export async function removeBranch(
  lakebase: Lakebase,
  budget: Budget,
  branch: BranchName,
  branches: readonly Branch[],
): Promise<boolean> {
  const found = branches.find((candidate) => candidate.branch === branch && candidate.state !== "DELETED");
  if (found === undefined) return false;
  guard(found, branches);
  const args = ["postgres", "delete-branch", branchPath(lakebase, branch)];
  try {
    await retryTransient(budget, () => runCli(lakebase, budget, { args, wait_ms: lakebase.limits.write_ms }));
  } catch (error) {
    // A first try that landed, or somebody else.
    if (!hasCode(error, "branch_not_found", "resource_not_found")) throw error;
  }
  return true;
}

function guard(branch: Branch, all: readonly Branch[]): void {
  const refuse = (code: string, why: string, hint: string) => {
    throw new LakebaseBranchError(code, `Branch ${branch.branch} is not deleted: ${why}.`, { hint });
  };
  if (branch.default)
    refuse("default_branch", "it is the project's default branch", "The default branch stays.");
  if (branch.protected) refuse("protected_branch", "it is protected", "Protected branches stay.");
  if (branch.parent_branch === null) {
    refuse(
      "root_branch",
      "it has no parent, so it is a root branch",
      "Root branches go only with the project.",
    );
  }
  const children = all.filter((candidate) => candidate.parent_branch === branch.branch);
  if (children.length > 0) {
    const names = children.map((child) => child.branch).join(", ");
    refuse(
      "has_children",
      `${names} ${children.length === 1 ? "was" : "were"} forked from it`,
      "Delete those first.",
    );
  }
}
