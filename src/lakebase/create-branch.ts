import { asBranchName, type BranchName } from "./branch-id.ts";
import { fetchBranch, fetchBranches, findDefaultBranchName } from "./branches.ts";
import { type Budget, openBudget, pause } from "./budget.ts";
import { checkOwnership, type Ownership, removeBranch } from "./delete-branch.ts";
import { hasCode, isTtlTooLongError, LakebaseBranchError, LakebaseError } from "./errors.ts";
import { asExpiry, describeExpiry, type Expiry } from "./expiry.ts";
import type { Lakebase } from "./lakebase.ts";
import { branchPath, projectPath } from "./paths.ts";
import { type Branch, branchResource } from "./resources.ts";
import { askCli } from "./run-cli.ts";

export interface CreateBranchInput {
  branch: string;
  /** Default: the project's default branch. */
  parentBranch?: string | undefined;
  expiry: Expiry;
  /** A branch of that name is there: take it if its parent is the same, refuse, or delete it and fork again. Default reuse. */
  existing?: "reuse" | "refuse" | { replace: Ownership } | undefined;
  /** The named parent is not there: refuse, or fork from the default branch. Default refuse. */
  missingParent?: "refuse" | "use_default" | undefined;
  /** Tried in this order when the workspace finds the expiry too long. Default: none. */
  shorterTtls?: readonly string[] | undefined;
  signal?: AbortSignal | undefined;
}

export interface CreatedBranch {
  branch: Branch;
  /** False where the branch was there before. */
  created: boolean;
  /** What was asked for in the end: a shorter ttl than the input's, where that was too long. Null for one that was there. */
  expiry: Expiry | null;
  /** How often a transient failure was answered by another try. */
  retries: number;
  /** Warnings of the CLI; none is the rule. */
  warnings: string[];
}

interface Fork {
  branch: BranchName;
  /** Null: the default branch. */
  parent: BranchName | null;
  expiry: Expiry;
}

/**
 * Creates a branch, in one CLI process when nothing is wrong: the CLI waits until the branch is ready.
 * Idempotent: the same name from the same parent gives the branch that is there. A create that failed or
 * timed out is looked for before it counts as failed, since it may have landed.
 * @throws LakebaseBranchError `branch_conflict`, `parent_not_found`, `parent_expires`, `invalid_branch_name`, and as errors.ts says
 * @throws LakebaseBranchTtlTooLongError
 */
export async function createBranch(lakebase: Lakebase, input: CreateBranchInput): Promise<CreatedBranch> {
  const branch = asBranchName(input.branch);
  const parent = input.parentBranch === undefined ? null : asBranchName(input.parentBranch);
  const expiry = asExpiry(input.expiry);
  const budget = openBudget(lakebase, input);
  const fork = { branch, parent, expiry };
  if (branch === parent) throw ownParent(branch);
  if (typeof input.existing === "object") {
    checkOwnership(branch, input.existing.replace);
    await makeRoom(lakebase, budget, input, fork);
  }
  const outcome = await withParent(lakebase, budget, input, fork);
  return { ...outcome, retries: budget.retries, warnings: budget.warnings };
}

type Outcome = Pick<CreatedBranch, "branch" | "created" | "expiry">;

/** Deletes the branch that is there, unless its successor would have no parent. */
async function makeRoom(
  lakebase: Lakebase,
  budget: Budget,
  input: CreateBranchInput,
  { branch, parent }: Fork,
) {
  const branches = await fetchBranches(lakebase, budget);
  const parentIsThere = parent === null || branches.some((candidate) => candidate.branch === parent);
  if (!parentIsThere && input.missingParent !== "use_default") throw parentNotFound(parent);
  await removeBranch(lakebase, budget, branch, branches);
}

async function withParent(
  lakebase: Lakebase,
  budget: Budget,
  input: CreateBranchInput,
  fork: Fork,
): Promise<Outcome> {
  try {
    return await withShorterTtls(lakebase, budget, input, fork);
  } catch (error) {
    if (fork.parent === null || !hasCode(error, "branch_not_found")) throw error;
    if (input.missingParent === "use_default") {
      return withShorterTtls(lakebase, budget, input, { ...fork, parent: null });
    }
    throw parentNotFound(fork.parent, error);
  }
}

async function withShorterTtls(
  lakebase: Lakebase,
  budget: Budget,
  input: CreateBranchInput,
  fork: Fork,
): Promise<Outcome> {
  const [shorter, ...rest] = input.shorterTtls ?? [];
  try {
    return await createOnce(lakebase, budget, input, fork);
  } catch (error) {
    if (shorter === undefined || !isTtlTooLongError(error)) throw error;
    return withShorterTtls(
      lakebase,
      budget,
      { ...input, shorterTtls: rest },
      { ...fork, expiry: { ttl: shorter } },
    );
  }
}

async function createOnce(
  lakebase: Lakebase,
  budget: Budget,
  { existing }: CreateBranchInput,
  fork: Fork,
): Promise<Outcome> {
  for (let attempt = 0; ; attempt++) {
    try {
      return { branch: await requestBranch(lakebase, budget, fork), created: true, expiry: fork.expiry };
    } catch (error) {
      if (!(error instanceof LakebaseError) || !mayHaveLanded(error)) throw error;
      const exists = error.code === "branch_exists";
      const found = await findFork(lakebase, budget, fork);
      if (found !== null) {
        if (found.parent_branch !== found.wanted_parent) throw otherParent(found, error);
        if (exists && existing === "refuse") throw alreadyThere(found, error);
        const branch = await untilReady(lakebase, budget, found);
        return { branch, created: !exists, expiry: exists ? null : fork.expiry };
      }
      const again = (exists || error.retryable) && attempt < 3 && (await pause(budget, attempt));
      if (!again) throw error;
      budget.retries++;
    }
  }
}

function requestBranch(
  lakebase: Lakebase,
  budget: Budget,
  { branch, parent, expiry }: Fork,
): Promise<Branch> {
  const source = parent === null ? {} : { source_branch: branchPath(lakebase, parent) };
  const body = JSON.stringify({ spec: { ...source, ...expiry } });
  const call = {
    args: ["postgres", "create-branch", projectPath(lakebase), branch, "--json", body],
    wait_ms: lakebase.limits.write_ms,
    expiry: describeExpiry(expiry),
  };
  return askCli(lakebase, budget, call, branchResource);
}

/** The CLI may report failure, or be stopped, although the server went on; it may also fall silent. */
function mayHaveLanded({ code, retryable }: LakebaseError): boolean {
  return (
    retryable ||
    ["branch_exists", "timed_out", "operation_failed", "unreadable_output", "lakebase_failed"].includes(code)
  );
}

/** The branch, if it is there, with the parent that the fork asked for. */
async function findFork(lakebase: Lakebase, budget: Budget, { branch, parent }: Fork) {
  const branches = await fetchBranches(lakebase, budget);
  const found = branches.find((candidate) => candidate.branch === branch && candidate.state !== "DELETED");
  return found === undefined ? null : { ...found, wanted_parent: parent ?? findDefaultBranchName(branches) };
}

async function untilReady(lakebase: Lakebase, budget: Budget, found: Branch): Promise<Branch> {
  let branch = found;
  for (let attempt = 0; branch.state === "INIT" || branch.state === "IMPORTING"; attempt++) {
    if (!(await pause(budget, attempt))) {
      throw new LakebaseBranchError("timed_out", `Branch ${branch.branch} is still ${branch.state}.`, {
        hint: "Call again: it may become ready meanwhile.",
        retryable: true,
      });
    }
    branch = await fetchBranch(lakebase, found.branch, budget);
  }
  return branch;
}

function ownParent(branch: BranchName) {
  return new LakebaseBranchError("invalid_parent", `Branch ${branch} cannot be forked from itself.`, {
    hint: "Name another parent_branch, or leave it out to fork from the default branch.",
  });
}

function parentNotFound(parent: BranchName, cause?: unknown) {
  return new LakebaseBranchError("parent_not_found", `The parent branch ${parent} does not exist.`, {
    hint: "Create it first (no_expiry, since an expiring branch has no children), or leave parent_branch out to fork from the default branch.",
    cause,
  });
}

function otherParent(found: Branch & { wanted_parent: BranchName | null }, cause: LakebaseError) {
  const message = `Branch ${found.branch} exists already, forked from ${found.parent_branch ?? "nothing"} and not from ${found.wanted_parent ?? "the default branch"}.`;
  return new LakebaseBranchError("branch_conflict", message, {
    hint: "Choose another name, name its parent, or pass fresh to delete it and fork again.",
    cause,
  });
}

function alreadyThere(found: Branch, cause: LakebaseError) {
  return new LakebaseBranchError(
    "branch_conflict",
    `Branch ${found.branch} exists already and may hold what an earlier use left.`,
    { hint: "Choose another name, or pass fresh to delete it and fork again.", cause },
  );
}
