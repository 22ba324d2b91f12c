import type { Plan } from "../../../../schemas/plan/plan.ts";
import type { DatabaseState } from "../../../../schemas/promotion/database-state.ts";
import type { Verification } from "../../../../schemas/promotion/promotion.ts";
import { findStateChanges } from "../../../database/state.ts";
import { fingerprintPlan } from "../../../experiments/code/fingerprint.ts";
import { type ExperimentRef, promotionPaths } from "../../../experiments/layout.ts";
import { readParentState } from "../../../experiments/promotion.ts";
import { isSameUid } from "../../../lakebase/branches/delete-branch.ts";
import { nameSome } from "../../../utils/text/name-some.ts";
import type { CodeInspection } from "./inspect-code.ts";
import type { ParentInspection } from "./inspect-parent.ts";
import { createObjection, type Objection } from "./objection.ts";

const maxNamed = 5;

/** The current state of what a verification covered. */
interface Present {
  plan: Plan;
  code: Pick<CodeInspection, "commit" | "merge">;
  parent: Pick<ParentInspection, "parent" | "state">;
}

/** Objects if what was verified is no longer what would be promoted. */
export async function checkVerification(
  ref: ExperimentRef,
  verification: Verification | undefined,
  { plan, code, parent }: Present,
): Promise<Objection[]> {
  if (verification === undefined) return [notVerified("Nothing has been verified yet.")];
  const { commit, merge } = code;
  const own = verification.code?.experiment_commit ?? verification.commit;
  // Whatever came of it, it says nothing about other code or another plan.
  if (commit !== undefined && commit !== own) {
    const what = `The last verification was of ${own.slice(0, 12)}, but the code is now at ${commit.slice(0, 12)}.`;
    return [notVerified(what)];
  }
  const otherPlan = checkPlan(verification, plan);
  if (otherPlan.length > 0) return otherPlan;
  if (verification.state !== "succeeded") return [notSucceeded(verification)];
  if (merge !== undefined && merge.target !== verification.code?.target)
    return [notVerified(`The verification was for a different git branch, not for ${merge.target}.`)];
  return [...findTargetMoved(verification, merge), ...(await findParentMoved(ref, verification, parent))];
}

/** Objects if the plan would now run something other than what was verified. */
export function checkPlan({ plan: verified }: Pick<Verification, "plan">, plan: Plan): Objection[] {
  if (verified === fingerprintPlan(plan)) return [];
  return [notVerified("plan.json has changed since the last verification.")];
}

function findTargetMoved({ code }: Verification, merge: CodeInspection["merge"]): Objection[] {
  if (code === null || merge === undefined || merge.target_commit === code.target_commit) return [];
  const [from, to] = [code.target_commit, merge.target_commit].map((commit) => commit.slice(0, 12));
  return [moved(`The git branch ${code.target} moved from ${from} to ${to} since the verification.`)];
}

async function findParentMoved(
  ref: ExperimentRef,
  verification: Verification,
  { parent, state }: Present["parent"],
): Promise<Objection[]> {
  if (parent === undefined || state === undefined) return [];
  const { branch, uid } = verification.parent;
  if (parent.branch !== branch || !isSameUid(parent.uid, uid))
    return [
      moved(`The parent branch is ${parent.branch} (${parent.uid}), but ${branch} (${uid}) was verified.`),
    ];
  const before = await readParentState(ref).catch(() => undefined);
  if (before === undefined)
    return [moved(`${promotionPaths(ref).parentState} does not record the state of the parent.`)];
  return compareStates(branch, before, state);
}

/**
 * Objects to changes of the parent. Changed rows are acceptable, since a live database keeps changing; changes to its
 * schema or migration ledgers are not.
 */
export function compareStates(branch: string, before: DatabaseState, now: DatabaseState): Objection[] {
  const { objects, rows, ledgers } = findStateChanges(before, now);
  const form = [...objects, ...ledgers];
  if (form.length > 0)
    return [
      moved(`The parent branch ${branch} changed since the verification: ${nameSome(form, maxNamed)}.`),
    ];
  if (rows.length === 0) return [];
  const what = `Rows of the parent branch ${branch} changed since the verification, in ${nameSome(rows, maxNamed)}.`;
  return [{ ...moved(what), acceptable: true }];
}

function moved(message: string): Objection {
  return createObjection("target_moved", message, {
    hint: "Verify again, so that the verification includes the change.",
  });
}

function notVerified(message: string, hint = "Verify it first."): Objection {
  return createObjection("not_verified", message, { hint });
}

function notSucceeded({ state, error, by_tag, run_id, cycle_id }: Verification): Objection {
  // Its run may also have been killed; then nothing waits for it.
  if (state === "running")
    return notVerified(`The verification in ${run_id} has not finished.`, "Wait for it, or verify again.");
  if (state === "stopped") return notVerified(`The verification in ${run_id} did not finish.`);
  const counts = Object.entries(by_tag).map(([tag, { passed, failed }]) => `${tag} ${passed}/${failed}`);
  const why = error?.message ?? `passed/failed: ${counts.join(", ")}`;
  const what = `The verification in ${run_id} ${state === "failed" ? "failed" : "did not measure everything"}: ${why}`;
  return createObjection("verification_failed", what, {
    hint: `The artifacts of cycle ${cycle_id} have its reports and logs. Correct the code, run the experiment, then verify again.`,
  });
}
