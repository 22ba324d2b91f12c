import type { Verification } from "../../../../schemas/promotion/promotion.ts";
import * as checkouts from "../../../git/merge/checkouts.ts";
import { nameSome } from "../../../utils/text/name-some.ts";
import type { CodeInspection } from "./inspect-code.ts";
import { createObjection, type Objection } from "./objection.ts";

const maxNamed = 8;

/** Objects to checkouts of the target that cannot follow it. */
export async function checkCheckouts(
  workspace: string,
  { commit, merge }: CodeInspection,
  verification: Verification | undefined,
): Promise<Objection[]> {
  if (commit === undefined || merge === undefined || merge.how === "up_to_date") return [];
  const { target, target_commit, how } = merge;
  const verified = verification?.code;
  const isCurrent = verified?.target_commit === target_commit && verified.experiment_commit === commit;
  // The files that a merge brings are only known once it is made.
  const planned = how === "fast_forward" ? commit : target_commit;
  const to = isCurrent ? verified.merge_commit : planned;
  return findBlocked(workspace, target, { from: target_commit, to });
}

/** Finds what prevents the checkouts of a git branch from following its move. */
export async function findBlocked(
  workspace: string,
  target: string,
  move: checkouts.Move,
): Promise<Objection[]> {
  const found = await checkouts.inspectCheckouts(workspace, target, move);
  return found.flatMap(({ path, state, in_the_way }) => {
    if (state === "changed") return [dirtyCheckout(path, target)];
    if (state === "away" || state === "rebasing") return [unmovableCheckout(path, target, state)];
    return in_the_way.length > 0 ? [blockedCheckout(path, target, in_the_way)] : [];
  });
}

function dirtyCheckout(path: string, target: string): Objection {
  const what = `The checkout ${path} is on ${target} and has uncommitted changes.`;
  return createObjection("checkout_dirty", what, {
    hint: 'Commit or stash them there, or switch it to another git branch; promote.mode "branch" does not touch it.',
  });
}

function unmovableCheckout(path: string, target: string, state: "away" | "rebasing"): Objection {
  const hint =
    state === "away"
      ? `Bring the folder back, or git worktree unlock ${path} if it is gone for good; then call again.`
      : "Finish or abort the rebase there, then call again.";
  return createObjection("checkout_not_moved", describeUnmovable(path, target, state), { hint });
}

export function describeUnmovable(path: string, target: string, state: "away" | "rebasing"): string {
  return state === "away"
    ? `The checkout ${path} is on ${target}, but its folder is missing, and git keeps it locked.`
    : `The checkout ${path} is in the middle of a rebase of ${target}, which would take back what is promoted.`;
}

function blockedCheckout(path: string, target: string, files: string[]): Objection {
  const what = `The promoted code would overwrite untracked files in ${path}, which is on ${target}: ${nameSome(files, maxNamed)}.`;
  return createObjection("checkout_in_the_way", what, {
    hint: 'Move them away, or switch that checkout to another git branch; promote.mode "branch" does not touch it.',
  });
}
