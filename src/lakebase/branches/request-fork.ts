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
  /** When this operation began, in milliseconds since 1970. */
  begun: number;
  branch: BranchName;
  /** Null: the default branch. */
  parent: BranchName | null;
  expiry: Expiry;
}

export interface ForkOptions {
  /** Whether a branch of that name that was there before may be taken. */
  reuse: boolean;
  /** Whether a branch that is there comes from an earlier try of ours, whose end nobody saw. */
  isOurs: (found: Branch) => boolean;
}

export interface Forked {
  branch: Branch;
  /** False where the branch was there before. True also where an earlier try of ours had made it. */
  created: boolean;
  /** What was asked for in the end. Null for a branch that was there before. */
  expiry: Expiry | null;
}

/** Asks for a fork, again after a failure that passes, and looks whether one that failed has landed. */
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
        // The first answer that it exists is about somebody else's; after a try that failed it may be about ours.
        const landed = (!exists || attempt > 0) && isSince(found, fork.begun);
        const created = landed || isOurs(found);
        if (!created && !reuse) throw alreadyThere(found, error);
        if (found.parent_branch !== found.wanted_parent) throw otherParent(found, error);
        const branch = await untilReady(lakebase, budget, found);
        return { branch, created, expiry: created ? fork.expiry : null };
      }
      const again = (exists || error.retryable) && attempt < 3 && (await pause(budget, attempt));
      if (!again) throw error;
      budget.retries++;
    }
  }
}

/** How far this machine's clock and Lakebase's may lie apart, in milliseconds. */
const clockSkewMs = 60_000;

/** Whether a branch was created at that time, in milliseconds since 1970, or later. One that does not tell may be. */
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

/** The CLI may report failure, or be stopped, although the server went on; it may also fall silent. */
function mayHaveLanded({ code, retryable }: LakebaseError): boolean {
  return (
    retryable ||
    ["branch_exists", "timed_out", "operation_failed", "unreadable_output", "lakebase_failed"].includes(code)
  );
}

/** Whether a branch may come to be though the call that asked for it failed in the end. */
export function mayStillLand(error: unknown): boolean {
  return !(error instanceof LakebaseError) || error.code === "cancelled" || mayHaveLanded(error);
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
        hint: "Call again: it may be ready by then.",
        retryable: true,
      });
    }
    branch = await fetchBranch(lakebase, found.branch, budget);
  }
  return branch;
}

function otherParent(found: Branch & { wanted_parent: BranchName | null }, cause: LakebaseError) {
  const message = `Branch ${found.branch} already exists, forked from ${found.parent_branch ?? "nothing"} instead of ${found.wanted_parent ?? "the default branch"}.`;
  return new LakebaseBranchError("branch_conflict", message, {
    hint: "Choose another name, or name its parent to use it as it is.",
    cause,
  });
}

function alreadyThere(found: Branch, cause: LakebaseError) {
  return new LakebaseBranchError(
    "branch_conflict",
    `Branch ${found.branch} already exists and was not created here: someone else may be using it.`,
    { hint: "Choose another name, or delete that branch if no one needs it.", cause },
  );
}
