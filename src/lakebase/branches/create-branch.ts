import { type Budget, openBudget } from "../cli/budget.ts";
import { hasCode, isTtlTooLongError, LakebaseBranchError } from "../cli/errors.ts";
import type { Lakebase } from "../lakebase.ts";
import type { Branch } from "../resources.ts";
import type { BranchName } from "./branch-id.ts";
import { fetchBranches, resolveBranchName } from "./branches.ts";
import { checkOwnership, type Ownership, removeBranch } from "./delete-branch.ts";
import { asExpiry, type Expiry } from "./expiry.ts";
import { type Fork, type Forked, type ForkOptions, requestFork } from "./request-fork.ts";

export interface CreateBranchInput {
  /** The uid of an existing branch stands for its name; a uid never becomes the name of a new branch. */
  branch: string;
  /** Its name or uid. Default: the project's default branch. */
  parentBranch?: string | undefined;
  expiry: Expiry;
  /**
   * If a branch of that name exists: reuse it if its parent is the same, refuse, or delete it and fork again. Default:
   * reuse.
   */
  existing?: "reuse" | "refuse" | Replacement | undefined;
  /** Recognizes a branch created by an earlier attempt of ours. Default: none is. */
  isOurs?: ForkOptions["isOurs"] | undefined;
  /** If the named parent does not exist: refuse, or fork from the default branch. Default: refuse. */
  missingParent?: "refuse" | "use_default" | undefined;
  /** TTLs to try, in this order, if the workspace rejects the expiry as too long. Default: none. */
  shorterTtls?: readonly string[] | undefined;
  signal?: AbortSignal | undefined;
}

interface Replacement {
  replace: Ownership;
  /** The branches of the project, if they have just been listed. Default: they are fetched. */
  branches?: readonly Branch[] | undefined;
}

export interface CreatedBranch extends Forked {
  /** How many attempts were repeated after a transient failure. */
  retries: number;
  /** Warnings of the CLI; usually empty. */
  warnings: string[];
}

/**
 * Creates a branch, with a single CLI process if nothing goes wrong: the CLI waits until the branch is ready.
 * Idempotent: the same name with the same parent returns the existing branch. A creation that failed or timed out may
 * have taken effect, so we check before reporting failure. A branch that existed before is never mistaken for one we
 * created.
 * @throws LakebaseBranchError `branch_conflict`, `parent_not_found`, `parent_expires`, `invalid_branch_name`, and
 *   others from errors.ts
 * @throws LakebaseBranchTtlTooLongError
 */
export async function createBranch(lakebase: Lakebase, input: CreateBranchInput): Promise<CreatedBranch> {
  const expiry = asExpiry(input.expiry);
  const budget = openBudget(lakebase, input);
  const branch = await resolveBranchName(lakebase, input.branch, budget);
  const { parentBranch } = input;
  const parent = parentBranch === undefined ? null : await resolveBranchName(lakebase, parentBranch, budget);
  const fork = { begun: Date.now(), branch, parent, expiry };
  if (branch === parent) throw ownParent(branch);
  if (typeof input.existing === "object") await deleteExisting(lakebase, budget, input, fork, input.existing);
  const outcome = await withParent(lakebase, budget, input, fork);
  return { ...outcome, retries: budget.retries, warnings: budget.warnings };
}

/** Deletes the existing branch, unless its replacement would have no parent. */
async function deleteExisting(
  lakebase: Lakebase,
  budget: Budget,
  input: CreateBranchInput,
  { branch, parent }: Fork,
  { replace: ownership, ...listed }: Replacement,
) {
  checkOwnership(branch, ownership);
  const branches = listed.branches ?? (await fetchBranches(lakebase, budget));
  const parentIsThere = parent === null || branches.some((candidate) => candidate.branch === parent);
  if (!parentIsThere && input.missingParent !== "use_default") throw parentNotFound(parent);
  await removeBranch(lakebase, budget, branch, { branches, ownership });
}

async function withParent(
  lakebase: Lakebase,
  budget: Budget,
  input: CreateBranchInput,
  fork: Fork,
): Promise<Forked> {
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
): Promise<Forked> {
  const [shorter, ...rest] = input.shorterTtls ?? [];
  try {
    return await requestFork(lakebase, budget, forkOptions(input), fork);
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

function forkOptions({ existing = "reuse", isOurs = () => false }: CreateBranchInput): ForkOptions {
  return { reuse: existing === "reuse", isOurs };
}

function ownParent(branch: BranchName) {
  return new LakebaseBranchError("invalid_parent", `Branch ${branch} cannot be forked from itself.`, {
    hint: "Name a different parent_branch, or omit it to fork from the default branch.",
  });
}

function parentNotFound(parent: BranchName, cause?: unknown) {
  return new LakebaseBranchError("parent_not_found", `The parent branch ${parent} does not exist.`, {
    hint: "Create it first (with no_expiry, because a branch that expires cannot have children), or omit parent_branch to fork from the default branch.",
    cause,
  });
}
