import type { Promotion } from "../../../../schemas/promotion/promotion.ts";
import { toBranchName } from "../../../lakebase/branches/branch-id.ts";
import { listBranches } from "../../../lakebase/branches/branches.ts";
import { createBranch } from "../../../lakebase/branches/create-branch.ts";
import { findObstacle } from "../../../lakebase/branches/delete-branch.ts";
import { isSince } from "../../../lakebase/branches/request-fork.ts";
import type { Branch } from "../../../lakebase/resources.ts";
import type { CycleSpec } from "../../../runs/cycle/scope.ts";
import type { Journal } from "../journal.ts";
import { isParentChanged } from "../resume.ts";

/**
 * Keeps the current state of the parent on a branch that expires like an experiment's. Its name is journalled first, so
 * that a branch created by a run that died is found again. That of an earlier attempt is replaced, since the parent may
 * have changed since, unless the attempt itself has begun to change it.
 */
export async function createSafetyBranch(spec: CycleSpec, journal: Journal): Promise<void> {
  const { lakebase, request, experiment, signal } = spec;
  const { parent } = journal.promotion.verified;
  if (journal.promotion.safety_branch?.uid != null && isParentChanged(journal.promotion)) return;
  await journal.take("safety_branch", async () => {
    const branches = await listBranches(lakebase, { signal });
    const former = findReplaceable(branches, journal.promotion.safety_branch);
    const branch = former?.branch ?? freeName(branches, experiment.feature_id);
    const since = former?.since ?? new Date().toISOString();
    await journal.update({ safety_branch: { branch, since, uid: null, expire_time: null } });
    const made = await createBranch(lakebase, {
      ...{ branch, parentBranch: parent.branch, signal },
      expiry: { ttl: request.plan.ttl },
      shorterTtls: request.plan.shorter_ttls,
      existing: former === undefined ? "refuse" : { replace: { owned: true, uid: former.uid }, branches },
    });
    const { uid, expire_time } = made.branch;
    await journal.update({ safety_branch: { branch, since, uid, expire_time } });
  });
}

/** Finds the branch of an earlier attempt. One that somebody protected or forked stays. */
function findReplaceable(branches: readonly Branch[], before: Promotion["safety_branch"]) {
  if (before === undefined) return undefined;
  const own = branches.find(
    (each) =>
      each.branch === before.branch &&
      (before.uid === null ? isSince(each, Date.parse(before.since)) : each.uid === before.uid),
  );
  if (own === undefined || findObstacle(own, branches) !== undefined) return undefined;
  return { branch: own.branch, uid: own.uid, since: before.since };
}

/** Returns `before-<feature>`, or a numbered name if an earlier promotion's branch still exists. */
function freeName(branches: readonly Branch[], featureId: string): string {
  const taken = new Set<string>(branches.map(({ branch }) => branch));
  const names = Array.from({ length: branches.length + 1 }, (_, index) =>
    toBranchName(`before-${featureId}${index === 0 ? "" : `-${index + 1}`}`),
  );
  return names.find((name) => !taken.has(name)) ?? "";
}
