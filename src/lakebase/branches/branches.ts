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
 * Fetches a branch by its name, or by its uid if no branch has that name. Listing branches is only needed if the text
 * begins like a uid.
 * @throws LakebaseBranchError `branch_not_found`, `invalid_branch_name`
 */
export async function getBranch(lakebase: Lakebase, text: string, options?: CallOptions): Promise<Branch> {
  const budget = openBudget(lakebase, options);
  if (!mayBeUid(text)) return fetchBranch(lakebase, asBranchName(text), budget);
  const found = findBranch(await fetchBranches(lakebase, budget), text);
  if (found !== undefined) return found;
  throw new LakebaseBranchError("branch_not_found", `No branch of the project has the name or uid ${text}.`, {
    hint: "List the branches to see their names and uids.",
  });
}

/** Finds a branch in a listing, by its name or else by its uid. */
export function findBranch(branches: readonly Branch[], text: string): Branch | undefined {
  const there = branches.filter(({ state }) => state !== "DELETED");
  return there.find(({ branch }) => branch === text) ?? there.find(({ uid }) => uid === text);
}

/** Finds the very branch of a name and uid in a listing: a later one of the same name has another uid. */
export function findSameBranch(
  branches: readonly Branch[],
  { branch, uid }: { branch: string; uid: string | null | undefined },
): Branch | undefined {
  return branches.find((each) => each.branch === branch && each.uid === uid && each.state !== "DELETED");
}

/**
 * Resolves a text to a branch name: of the branch with that name or uid, or else the text itself.
 * @throws LakebaseBranchError `invalid_branch_name`, also for the uid of a branch that does not exist
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
    hint: "Pass the name of the branch. List the branches to see their names and uids.",
  });
}

/** A name may begin the same way, so only a listing can tell. */
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
    hint: "Name the parent branch. List the branches to see their names.",
  });
}

/** @deprecated It returns the name, like getDefaultBranchName; its own name suggests otherwise. */
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
