import type { CheckedCode } from "../../experiments/code/worktrees.ts";
import { CoreError } from "../../utils/core-error.ts";
import { nameSome } from "../../utils/text/name-some.ts";

/**
 * Refuses to measure code with conflicts of an unfinished merge: it is not what anybody designed.
 * @throws CoreError `merge_conflict`
 */
export function refuseConflicts({ code: { root }, status }: CheckedCode): void {
  const conflicts = status?.conflicts ?? [];
  if (conflicts.length === 0) return;
  const what = `Git left conflicts in ${root}: ${nameSome(conflicts, 5)}.`;
  throw new CoreError("merge_conflict", what, {
    hint: "Resolve them and commit, or abort what git began there, such as by git merge --abort; then run the experiment again.",
  });
}
