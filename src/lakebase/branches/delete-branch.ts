import type { ErrorCode } from "../../../schemas/error-codes.ts";
import { type Budget, openBudget, retryTransient } from "../cli/budget.ts";
import { hasCode, LakebaseBranchError } from "../cli/errors.ts";
import { runCli } from "../cli/run-cli.ts";
import type { Lakebase } from "../lakebase.ts";
import { branchPath } from "../paths.ts";
import type { Branch } from "../resources.ts";
import { asBranchName, type BranchName } from "./branch-id.ts";
import { fetchBranches, findBranch } from "./branches.ts";

export interface Ownership {
  /** Whether a record of ours says that we created the branch. */
  owned: boolean;
  /** The uid in that record: a different branch of the same name is not ours. Omitted if no record has it. */
  uid?: string | null | undefined;
  /** Delete it although it is not ours. Default, protected and parent branches are never deleted, even so. */
  force?: boolean | undefined;
}

export interface DeletedBranch {
  /** False if there was no such branch. */
  deleted: boolean;
  retries: number;
}

/**
 * Deletes a branch, given by name or uid, after checking that it may be deleted. Idempotent.
 * @throws LakebaseBranchError `not_our_branch`, `default_branch`, `protected_branch`, `root_branch`, `has_children`
 */
export async function deleteBranch(
  lakebase: Lakebase,
  branch: string,
  { signal, ...ownership }: Ownership & { signal?: AbortSignal | undefined },
): Promise<DeletedBranch> {
  checkOwnership(branch, ownership);
  const budget = openBudget(lakebase, { signal });
  const branches = await fetchBranches(lakebase, budget);
  const name = findBranch(branches, branch)?.branch ?? asBranchName(branch);
  const deleted = await removeBranch(lakebase, budget, name, { branches, ownership });
  return { deleted, retries: budget.retries };
}

/** @throws LakebaseBranchError `not_our_branch` */
export function checkOwnership(branch: string, { owned, force }: Ownership): void {
  if (owned || force === true) return;
  throw new LakebaseBranchError(
    "not_our_branch",
    `Branch ${branch} belongs to no experiment of this workspace.`,
    {
      hint: "Only branches of experiments are deleted. Pass force to delete it anyway.",
    },
  );
}

/**
 * Deletes a branch unless it must never be deleted; these checks apply to every caller.
 * @param branches all branches of the project, freshly listed
 */
export async function removeBranch(
  lakebase: Lakebase,
  budget: Budget,
  branch: BranchName,
  { branches, ownership }: { branches: readonly Branch[]; ownership: Ownership },
): Promise<boolean> {
  const found = branches.find((candidate) => candidate.branch === branch && candidate.state !== "DELETED");
  if (found === undefined) return false;
  refuseProtected(found, branches, ownership);
  const args = ["postgres", "delete-branch", branchPath(lakebase, branch)];
  try {
    await retryTransient(budget, () => runCli(lakebase, budget, { args, wait_ms: lakebase.limits.write_ms }));
  } catch (error) {
    // An earlier attempt took effect, or someone else deleted it.
    if (!hasCode(error, "branch_not_found", "resource_not_found")) throw error;
  }
  return true;
}

function refuseProtected(branch: Branch, all: readonly Branch[], ownership: Ownership): void {
  const obstacle = findOtherUid(branch, ownership) ?? findObstacle(branch, all);
  if (obstacle === undefined) return;
  const { code, why, hint } = obstacle;
  throw new LakebaseBranchError(code, `Branch ${branch.branch} was not deleted: ${why}.`, { hint });
}

interface Obstacle {
  code: ErrorCode;
  why: string;
  hint: string;
}

function findOtherUid(branch: Branch, { uid, force }: Ownership): Obstacle | undefined {
  if (force === true || isSameUid(branch.uid, uid)) return undefined;
  return {
    code: "not_our_branch",
    why: `its uid is ${branch.uid}, but the branch created here had ${uid}`,
    hint: "Someone else recreated it: leave it to them, and use another name.",
  };
}

/** Explains why a branch must never be deleted, whoever asks; undefined if it may be. */
export function findObstacle(branch: Branch, all: readonly Branch[]): Obstacle | undefined {
  const children = all.filter((candidate) => candidate.parent_branch === branch.branch);
  if (branch.default) {
    const why = "it is the project's default branch";
    return { code: "default_branch", why, hint: "The default branch cannot be deleted." };
  }
  if (branch.protected)
    return {
      code: "protected_branch",
      why: "it is protected",
      hint: "Protected branches cannot be deleted.",
    };
  if (branch.parent_branch === null) {
    const why = "it has no parent, so it is a root branch";
    return { code: "root_branch", why, hint: "A root branch can only be deleted with its project." };
  }
  if (children.length === 0) return undefined;
  const names = children.map((child) => child.branch).join(", ");
  const why = `${names} ${children.length === 1 ? "was" : "were"} forked from it`;
  return { code: "has_children", why, hint: "Delete those first." };
}

/** Whether two records may be about the same branch. An unknown uid matches any. */
export function isSameUid(one: string | null | undefined, other: string | null | undefined): boolean {
  return one == null || other == null || one === other;
}
