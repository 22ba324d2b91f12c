import { deleteCutIntent, matchesIntent, readCutIntent } from "../../experiments/branches/cut-intent.ts";
import { cutPaths } from "../../experiments/layout.ts";
import { deleteBranch, findObstacle } from "../../lakebase/branches/delete-branch.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { isLocked, withLock } from "../../utils/files/lock.ts";
import { countMinutesSince } from "../../utils/minutes.ts";
import { readWorkspaceRecords } from "../workspace-records.ts";
import { type Assessment, type BranchClaim, listClaims } from "./branch-claims.ts";
import { changedMeanwhile, type FoundLeftover, type SearchContext } from "./found-leftover.ts";

/**
 * Finds branches of the project that nothing needs any more. Lakebase does not record who created a branch, so only our
 * records prove that one is ours. A branch whose name merely looks like ours stays.
 */
export async function findBranches({
  context,
  records,
  branches = [],
}: SearchContext): Promise<FoundLeftover[]> {
  const claims = listClaims(records);
  const there = branches.filter(({ state }) => state !== "DELETED");
  const found = await Promise.all(there.map((branch) => judge(context, branch, there, claims)));
  return found.filter((each) => each !== undefined);
}

async function judge(
  context: SearchContext["context"],
  branch: Branch,
  all: readonly Branch[],
  claims: readonly BranchClaim[],
): Promise<FoundLeftover | undefined> {
  const known = findClaim(branch, claims);
  if (known?.assessment.state === "needed") return undefined;
  const minutes = countMinutesSince(branch.create_time);
  const cost = minutes === undefined ? {} : { age_minutes: minutes, branch_minutes: minutes };
  const what = { kind: "branch" as const, name: branch.branch, ...cost };
  if (known === undefined)
    return isNamedLikeOurs(branch) ? { ...what, ...describeStranger(branch) } : undefined;
  const { claim, assessment } = known;
  const left = await findReason(branch, all, claim, assessment);
  if (left !== undefined) return { ...what, why: claim.what, left };
  return { ...what, why: claim.what, remove: () => remove(context, branch, claim) };
}

/** A claim that needs the branch outranks one that is over, which outranks one that may be about a different branch. */
function findClaim(branch: Branch, claims: readonly BranchClaim[]) {
  const known = claims.flatMap((claim) => {
    const assessment = claim.assess(branch);
    return assessment === undefined ? [] : [{ claim, assessment }];
  });
  const order: Assessment["state"][] = ["needed", "over", "unproven"];
  return known.sort((a, b) => order.indexOf(a.assessment.state) - order.indexOf(b.assessment.state))[0];
}

/** Whether a branch is named like an experiment's or a safety branch. Both kinds expire. */
function isNamedLikeOurs({ branch, expire_time }: Branch): boolean {
  return expire_time !== null && (branch.includes("--") || branch.startsWith("before-"));
}

function describeStranger({ expire_time }: Branch) {
  return {
    why: "named like an experiment's branch",
    left: `no record of this workspace shows whose it is; it expires at ${expire_time}`,
  };
}

async function findReason(
  branch: Branch,
  all: readonly Branch[],
  { ref }: BranchClaim,
  assessment: Assessment,
): Promise<string | undefined> {
  if (assessment.state === "unproven") return assessment.why;
  if (await isLocked(cutPaths(ref).lock)) return "a branch is being created for that experiment";
  return findObstacle(branch, all)?.why;
}

/** No branch of that name can be created here while we hold the lock. */
function remove(
  { workspace, lakebase, signal }: SearchContext["context"],
  branch: Branch,
  { ref }: BranchClaim,
) {
  return withLock(cutPaths(ref).lock, signal, async () => {
    const again = findClaim(branch, listClaims(await readWorkspaceRecords(workspace)));
    if (again?.assessment.state !== "over") throw changedMeanwhile(`Branch ${branch.branch}`);
    await deleteBranch(lakebase, branch.branch, { owned: true, uid: branch.uid, signal });
    if (matchesIntent(await readCutIntent(ref), branch)) await deleteCutIntent(ref);
  });
}
