import type { Promotion } from "../../../../schemas/promotion/promotion.ts";
import { toBranchName } from "../../../lakebase/branches/branch-id.ts";
import { listBranches } from "../../../lakebase/branches/branches.ts";
import { createBranch } from "../../../lakebase/branches/create-branch.ts";
import { isSince } from "../../../lakebase/branches/request-fork.ts";
import type { Branch } from "../../../lakebase/resources.ts";
import type { CycleSpec } from "../../../runs/cycle/scope.ts";
import type { Journal } from "../journal.ts";

/**
 * Keeps the current state of the parent on a branch that expires like an experiment's. Its name is journalled first, so
 * that a branch created by a run that died is found again.
 */
export async function createSafetyBranch(spec: CycleSpec, journal: Journal): Promise<void> {
  const { lakebase, request, experiment, signal } = spec;
  const { parent } = journal.promotion.verified;
  if (journal.promotion.safety_branch?.uid != null) return;
  await journal.take("safety_branch", async () => {
    const before = journal.promotion.safety_branch;
    const branches = await listBranches(lakebase, { signal });
    const branch = findOwn(branches, before)?.branch ?? freeName(branches, experiment.feature_id);
    const intent = { branch, since: before?.branch === branch ? before.since : new Date().toISOString() };
    await journal.update({ safety_branch: { ...intent, uid: null, expire_time: null } });
    const made = await createBranch(lakebase, {
      ...{ branch, parentBranch: parent.branch, signal },
      expiry: { ttl: request.plan.ttl },
      shorterTtls: request.plan.shorter_ttls,
      existing: "refuse",
      isOurs: (found) => before?.branch === branch && isSince(found, Date.parse(before.since)),
    });
    const { uid, expire_time } = made.branch;
    await journal.update({ safety_branch: { ...intent, uid, expire_time } });
  });
}

function findOwn(branches: readonly Branch[], before: Promotion["safety_branch"]): Branch | undefined {
  return (
    before &&
    branches.find((each) => each.branch === before.branch && isSince(each, Date.parse(before.since)))
  );
}

/** Returns `before-<feature>`, or a numbered name if an earlier promotion's branch still exists. */
function freeName(branches: readonly Branch[], featureId: string): string {
  const taken = new Set<string>(branches.map(({ branch }) => branch));
  const names = Array.from({ length: branches.length + 1 }, (_, index) =>
    toBranchName(`before-${featureId}${index === 0 ? "" : `-${index + 1}`}`),
  );
  return names.find((name) => !taken.has(name)) ?? "";
}
