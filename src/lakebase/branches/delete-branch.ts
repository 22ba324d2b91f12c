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
  /** Whether a record of ours says that we made the branch. */
  owned: boolean;
  /** The uid that the record gives it: another branch under its name is not ours. Left out where no record tells. */
  uid?: string | null | undefined;
  /** Delete it although it is not ours. Nothing lifts the guards on default, protected and parent branches. */
  force?: boolean | undefined;
}

export interface DeletedBranch {
  /** False where there was no such branch. */
  deleted: boolean;
  retries: number;
}

/**
 * Deletes a branch, given by its name or its uid, after a look at what it is. Idempotent.
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
 * The lowest layer: whoever asks, and whatever for, these guards hold.
 * @param branches all of the project, as just listed
 */
export async function removeBranch(
  lakebase: Lakebase,
  budget: Budget,
  branch: BranchName,
  { branches, ownership }: { branches: readonly Branch[]; ownership: Ownership },
): Promise<boolean> {
  const found = branches.find((candidate) => candidate.branch === branch && candidate.state !== "DELETED");
  if (found === undefined) return false;
  guard(found, branches, ownership);
  const args = ["postgres", "delete-branch", branchPath(lakebase, branch)];
  try {
    await retryTransient(budget, () => runCli(lakebase, budget, { args, wait_ms: lakebase.limits.write_ms }));
  } catch (error) {
    // A first try that landed, or somebody else.
    if (!hasCode(error, "branch_not_found", "resource_not_found")) throw error;
  }
  return true;
}

function guard(branch: Branch, all: readonly Branch[], ownership: Ownership): void {
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

/** Why a branch is never deleted, whoever asks; undefined where it may be. */
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

/** Whether two records may tell of one branch. A uid that is not known tells nothing. */
export function isSameUid(one: string | null | undefined, other: string | null | undefined): boolean {
  return one == null || other == null || one === other;
}
