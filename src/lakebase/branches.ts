import * as z from "zod";
import { asBranchName, type BranchName } from "./branch-id.ts";
import { type Budget, openBudget, retryTransient } from "./budget.ts";
import { LakebaseBranchError } from "./errors.ts";
import type { Lakebase } from "./lakebase.ts";
import { branchPath, projectPath } from "./paths.ts";
import { type Branch, branchResource } from "./resources.ts";
import { askCli } from "./run-cli.ts";

interface CallOptions {
  signal?: AbortSignal | undefined;
}

/** @throws LakebaseBranchError `branch_not_found`, `invalid_branch_name` */
export async function getBranch(lakebase: Lakebase, branch: string, options?: CallOptions): Promise<Branch> {
  return fetchBranch(lakebase, asBranchName(branch), openBudget(lakebase, options));
}

export async function listBranches(lakebase: Lakebase, options?: CallOptions): Promise<Branch[]> {
  return fetchBranches(lakebase, openBudget(lakebase, options));
}

export function findDefaultBranchName(branches: readonly Branch[]): BranchName | null {
  return branches.find((branch) => branch.default)?.branch ?? null;
}

/** @throws LakebaseBranchError `no_default_branch` */
export async function getDefaultBranchName(lakebase: Lakebase, options?: CallOptions): Promise<BranchName> {
  const name = findDefaultBranchName(await listBranches(lakebase, options));
  if (name !== null) return name;
  throw new LakebaseBranchError("no_default_branch", "No branch of the project is marked as its default.", {
    hint: "Name the parent branch; list_branches shows what there is.",
  });
}

/** @deprecated It gives the name, as getDefaultBranchName does; its own name suggests otherwise. */
export const getDefaultBranchId = getDefaultBranchName;

export function fetchBranch(lakebase: Lakebase, branch: BranchName, budget: Budget): Promise<Branch> {
  const args = ["postgres", "get-branch", branchPath(lakebase, branch)];
  const call = { args };
  return retryTransient(budget, () => askCli(lakebase, budget, call, branchResource));
}

export function fetchBranches(lakebase: Lakebase, budget: Budget): Promise<Branch[]> {
  const args = ["postgres", "list-branches", projectPath(lakebase)];
  const call = { args };
  return retryTransient(budget, () => askCli(lakebase, budget, call, z.array(branchResource)));
}
