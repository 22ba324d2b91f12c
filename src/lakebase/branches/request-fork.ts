import { type Budget, pause } from "../cli/budget.ts";
import { LakebaseBranchError, LakebaseError } from "../cli/errors.ts";
import { askCli } from "../cli/run-cli.ts";
import type { Lakebase } from "../lakebase.ts";
import { branchPath, projectPath } from "../paths.ts";
import { type Branch, branchResource } from "../resources.ts";
import type { BranchName } from "./branch-id.ts";
import { fetchBranch, fetchBranches, findDefaultBranchName } from "./branches.ts";
import { describeExpiry, type Expiry } from "./expiry.ts";

export interface Fork {
  /** When this operation began, in milliseconds since the epoch. */
  begun: number;
  branch: BranchName;
  /** Null: the default branch. */
  parent: BranchName | null;
  expiry: Expiry;
}

export interface ForkOptions {
  /** Whether an existing branch of that name may be used. */
  reuse: boolean;
  /** Whether an existing branch comes from an earlier attempt of ours whose end no one saw. */
  isOurs: (found: Branch) => boolean;
}

export interface Forked {
  branch: Branch;
  /** False if the branch already existed. Also true if an earlier attempt of ours created it. */
  created: boolean;
  /** The expiry that was finally requested. Null for a branch that already existed. */
  expiry: Expiry | null;
}

/** Requests a fork, retrying after transient failures and checking whether a failed request took effect. */
export async function requestFork(
  lakebase: Lakebase,
  budget: Budget,
  { reuse, isOurs }: ForkOptions,
  fork: Fork,
): Promise<Forked> {
  for (let attempt = 0; ; attempt++) {
    try {
      return { branch: await requestBranch(lakebase, budget, fork), created: true, expiry: fork.expiry };
    } catch (error) {
      if (!(error instanceof LakebaseError) || !mayHaveLanded(error)) throw error;
      const exists = error.code === "branch_exists";
      const found = await findFork(lakebase, budget, fork);
      if (found !== null) {
        // The first "already exists" is about someone else's branch; after a failed attempt it may be about ours.
        const landed = (!exists || attempt > 0) && isSince(found, fork.begun);
        const created = landed || isOurs(found);
        if (!created && !reuse) throw alreadyExists(found, error);
        if (found.parent_branch !== found.wanted_parent) throw differentParent(found, error);
        const branch = await waitUntilReady(lakebase, budget, found);
        return { branch, created, expiry: created ? fork.expiry : null };
      }
      const again = (exists || error.retryable) && attempt < 3 && (await pause(budget, attempt));
      if (!again) throw error;
      budget.retries++;
    }
  }
}

/** How far this machine's clock and Lakebase's may differ, in milliseconds. */
const clockSkewMs = 60_000;

/**
 * Whether a branch was created at or after a time, in milliseconds since the epoch. True if its creation time is
 * unknown.
 */
export function isSince({ create_time }: Pick<Branch, "create_time">, time: number): boolean {
  return create_time === null || Date.parse(create_time) >= time - clockSkewMs;
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

/** The CLI may report failure, or be stopped, although the server completed the request; it may also print nothing. */
function mayHaveLanded({ code, retryable }: LakebaseError): boolean {
  return (
    retryable ||
    ["branch_exists", "timed_out", "operation_failed", "unreadable_output", "lakebase_failed"].includes(code)
  );
}

/** Whether the branch may still be created although the call that requested it failed. */
export function mayStillLand(error: unknown): boolean {
  return !(error instanceof LakebaseError) || error.code === "cancelled" || mayHaveLanded(error);
}

/** Finds the branch, if it exists, together with the parent that the fork asked for. */
async function findFork(lakebase: Lakebase, budget: Budget, { branch, parent }: Fork) {
  const branches = await fetchBranches(lakebase, budget);
  const found = branches.find((candidate) => candidate.branch === branch && candidate.state !== "DELETED");
  return found === undefined ? null : { ...found, wanted_parent: parent ?? findDefaultBranchName(branches) };
}

async function waitUntilReady(lakebase: Lakebase, budget: Budget, found: Branch): Promise<Branch> {
  let branch = found;
  for (let attempt = 0; branch.state === "INIT" || branch.state === "IMPORTING"; attempt++) {
    if (!(await pause(budget, attempt))) {
      throw new LakebaseBranchError("timed_out", `Branch ${branch.branch} is still ${branch.state}.`, {
        hint: "Call again: it may be ready by then.",
        retryable: true,
      });
    }
    branch = await fetchBranch(lakebase, found.branch, budget);
  }
  return branch;
}

function differentParent(found: Branch & { wanted_parent: BranchName | null }, cause: LakebaseError) {
  const message = `Branch ${found.branch} already exists, forked from ${found.parent_branch ?? "nothing"} instead of ${found.wanted_parent ?? "the default branch"}.`;
  return new LakebaseBranchError("branch_conflict", message, {
    hint: "Choose another name, or name its parent to use it as it is.",
    cause,
  });
}

function alreadyExists(found: Branch, cause: LakebaseError) {
  return new LakebaseBranchError(
    "branch_conflict",
    `Branch ${found.branch} already exists and was not created here: someone else may be using it.`,
    { hint: "Choose another name, or delete that branch if no one needs it.", cause },
  );
}
