import { type Budget, openBudget, retryTransient } from "../cli/budget.ts";
import { LakebaseBranchError } from "../cli/errors.ts";
import { askCli } from "../cli/run-cli.ts";
import type { Lakebase } from "../lakebase.ts";
import { branchPath, projectPath } from "../paths.ts";
import { type Branch, branchListing, branchResource } from "../resources.ts";
import { asBranchName, type BranchName, looksLikeBranchUid } from "./branch-id.ts";

interface CallOptions {
  signal?: AbortSignal | undefined;
}

/**
 * The branch that a text names: by its name, or by its uid where no branch has that name. Only a text that begins as
 * a uid does costs a listing.
 * @throws LakebaseBranchError `branch_not_found`, `invalid_branch_name`
 */
export async function getBranch(lakebase: Lakebase, text: string, options?: CallOptions): Promise<Branch> {
  const budget = openBudget(lakebase, options);
  if (!mayBeUid(text)) return fetchBranch(lakebase, asBranchName(text), budget);
  const found = findBranch(await fetchBranches(lakebase, budget), text);
  if (found !== undefined) return found;
  throw new LakebaseBranchError("branch_not_found", `No branch of the project has the name or uid ${text}.`, {
    hint: "list_branches shows the existing names and uids.",
  });
}

/** The branch of a listing that a text names: by its name, else by its uid. */
export function findBranch(branches: readonly Branch[], text: string): Branch | undefined {
  const there = branches.filter(({ state }) => state !== "DELETED");
  return there.find(({ branch }) => branch === text) ?? there.find(({ uid }) => uid === text);
}

/**
 * The name that a text stands for: that of the branch that has it as its name or uid, else the text itself.
 * @throws LakebaseBranchError `invalid_branch_name`, also for the uid of a branch that is not there
 */
export async function resolveBranchName(
  lakebase: Lakebase,
  text: string,
  budget: Budget,
): Promise<BranchName> {
  if (!mayBeUid(text)) return asBranchName(text);
  const found = findBranch(await fetchBranches(lakebase, budget), text);
  if (found !== undefined) return found.branch;
  if (!looksLikeBranchUid(text)) return asBranchName(text);
  throw new LakebaseBranchError("invalid_branch_name", `No branch has the uid ${text}.`, {
    hint: "Pass the name of the branch. list_branches shows the existing names and uids.",
  });
}

/** A name may begin so too: only a listing tells. */
const mayBeUid = (text: string) => text.startsWith("br-");

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
    hint: "Name the parent branch; list_branches shows them.",
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
  return retryTransient(budget, () => askCli(lakebase, budget, call, branchListing));
}
