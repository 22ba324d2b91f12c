import type { Plan } from "../../../schemas/plan/plan.ts";
import type { Promotion, Verification } from "../../../schemas/promotion/promotion.ts";
import type { Run } from "../../../schemas/run.ts";
import type { ExperimentRef } from "../../experiments/layout.ts";
import { isAncestor } from "../../git/merge/plan-merge.ts";
import { findCommit } from "../../git/repository.ts";
import { isSameUid } from "../../lakebase/branches/delete-branch.ts";
import { findBlocked } from "./checks/check-checkouts.ts";
import { checkPlan } from "./checks/check-verification.ts";
import type { ParentInspection } from "./checks/inspect-parent.ts";
import { createObjection, type Objection } from "./checks/objection.ts";

/** Whether a promotion has finished. */
export function isFinished({ state }: Promotion): boolean {
  return state === "promoted" || state === "ready";
}

/** Whether a step of a promotion has begun, in whichever run. */
export function hasBegun({ steps }: Promotion, step: Promotion["steps"][number]["step"]): boolean {
  return steps.some((each) => each.step === step);
}

/** Whether a step of a promotion has been completed. */
export function isDone({ steps }: Promotion, step: Promotion["steps"][number]["step"]): boolean {
  return steps.some((each) => each.step === step && each.state === "done");
}

/** Whether a promotion, or an earlier one that did not finish, has begun to migrate the parent. */
export function isParentChanged(promotion: Promotion): boolean {
  return promotion.parent_changed === true || hasBegun(promotion, "migrate");
}

/** Whether a promotion has changed the parent or a checkout, and has not finished. */
export function isUnfinished(promotion: Promotion): boolean {
  return !isFinished(promotion) && (isParentChanged(promotion) || hasBegun(promotion, "checkouts"));
}

/**
 * Finds the promotion that the next confirmation resumes: one that changed the parent or a checkout and did not finish.
 * It still promotes what was verified for it, unless a later verification replaced that.
 */
export function findResumption(
  promotion: Promotion | undefined,
  verification: Verification | undefined,
  open: Run | undefined,
): Promotion | undefined {
  if (promotion === undefined || isFinished(promotion) || open !== undefined) return undefined;
  const isLast = verification?.run_id === promotion.verified.run_id;
  const isUnderWay = hasBegun(promotion, "migrate") || hasBegun(promotion, "checkouts");
  return isLast && isUnderWay ? promotion : undefined;
}

/** What a promotion would be resumed with. */
interface Resumption {
  plan: Plan;
  verification?: Verification | undefined;
  parent: ParentInspection;
}

/** Objects to resuming a promotion only if what it was about has changed. */
export async function checkResumable(
  { workspace }: ExperimentRef,
  promotion: Promotion,
  { plan, verification, parent: inspection }: Resumption,
): Promise<Objection[]> {
  const { code, parent } = promotion.verified;
  const isOther =
    inspection.parent !== undefined &&
    (inspection.parent.branch !== parent.branch || !isSameUid(inspection.parent.uid, parent.uid));
  const objections = [
    ...inspection.objections,
    // Once the migration is done, nothing of the plan is run any more.
    ...(verification === undefined || isDone(promotion, "migrate") ? [] : checkPlan(verification, plan)),
    ...(isOther
      ? [moved(`The parent branch is not the ${parent.branch} that was verified.`, promotion)]
      : []),
  ];
  if (code === null || code.how === "up_to_date") return objections;
  const { target, target_commit, merge_commit } = code;
  const current = await findCommit(workspace, `refs/heads/${target}`);
  if (current !== undefined && (await isAncestor(workspace, merge_commit, current))) return objections;
  if (current !== target_commit) {
    const what = `The git branch ${target} is no longer at ${target_commit.slice(0, 12)}.`;
    return [...objections, moved(what, promotion)];
  }
  return [
    ...objections,
    ...(await findBlocked(workspace, target, { from: target_commit, to: merge_commit })),
  ];
}

function moved(what: string, promotion: Promotion): Objection {
  const safety = promotion.safety_branch?.branch;
  const migrated = isDone(promotion, "migrate")
    ? ` The parent branch ${promotion.verified.parent.branch} has already been migrated${safety === undefined ? "" : `; ${safety} has its earlier state`}.`
    : "";
  return createObjection("target_moved", `${what}${migrated}`, {
    hint: "Verify again, so that the verification includes the change; then confirm, and the promotion continues.",
  });
}
