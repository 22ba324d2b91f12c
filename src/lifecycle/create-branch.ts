import type { Context } from "../context.ts";
import { listAllExperiments } from "../experiments/experiments.ts";
import { listBranches } from "../lakebase/branches/branches.ts";
import { createBranch } from "../lakebase/branches/create-branch.ts";
import { describeOtherExpiry, type Expiry } from "../lakebase/branches/expiry.ts";
import { CoreError } from "../utils/core-error.ts";
import type { CutBranch } from "./branch-request.ts";
import { cutBranch } from "./cut-branch.ts";

export interface CreateBranchInput {
  branch: string;
  /** Default: the project's default branch. */
  parent_branch?: string | undefined;
  /** Default: a week. */
  ttl?: string | undefined;
  no_expiry?: boolean | undefined;
  /** Delete the experiment's branch of that name and fork it again. */
  fresh?: boolean | undefined;
}

const defaultTtl = "604800s";

/**
 * Creates a branch, or returns the existing one. An experiment's branch stays with its experiment, and its record is
 * updated.
 * @throws CoreError `invalid_input`, `experiment_busy`, and whatever Lakebase's `createBranch` throws
 */
export async function createNamedBranch(context: Context, input: CreateBranchInput): Promise<CutBranch> {
  const { workspace, lakebase, signal } = context;
  const { branch, parent_branch: parentBranch, fresh = false } = input;
  const expiry = readExpiry(input);
  const isExpiryNamed = input.ttl !== undefined || input.no_expiry === true;
  const experiments = await listAllExperiments(workspace);
  const owner = experiments.find((each) => each.branch === branch || each.branch_uid === branch);
  if (owner !== undefined) {
    const branches = await listBranches(lakebase, { signal });
    const isParentNamed = parentBranch !== undefined;
    const fork = { parentBranch, isParentNamed, expiry, isExpiryNamed, fresh };
    return cutBranch(context, owner, { name: owner.branch, branches, ...fork });
  }
  const existing = fresh ? "refuse" : "reuse";
  const cut = await createBranch(lakebase, { branch, parentBranch, expiry, existing, signal });
  const { create_time, expire_time } = cut.branch;
  const made = { cut_at: create_time ?? "", expire_time };
  const other = !cut.created && isExpiryNamed ? describeOtherExpiry(cut.branch, [expiry], made) : undefined;
  return { ...cut, warnings: other === undefined ? [] : [other] };
}

/** @throws CoreError `invalid_input` */
function readExpiry({ ttl, no_expiry }: CreateBranchInput): Expiry {
  if (no_expiry !== true) return { ttl: ttl ?? defaultTtl };
  if (ttl === undefined) return { no_expiry };
  throw new CoreError("invalid_input", "Pass either ttl or no_expiry, not both.", {
    hint: "Use ttl for a branch that should expire, and no_expiry for one that will have children.",
  });
}
