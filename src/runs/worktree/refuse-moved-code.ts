import type { ExperimentCode } from "../../experiments/code/worktrees.ts";
import type { TreeState } from "../../git/commit.ts";
import { findCommit } from "../../git/repository.ts";
import type { Status } from "../../git/status.ts";
import { CoreError } from "../../utils/core-error.ts";

/**
 * Refuses what a command found if a commit was made or rewritten in the experiment's code meanwhile: it would be taken
 * for a finding about the commit that the cycle began with.
 * @param after the state of the code since, if it was read
 * @throws CoreError `code_moved`
 */
export async function refuseMovedCode(
  { root }: ExperimentCode,
  { commit }: TreeState,
  after: Status | undefined,
): Promise<void> {
  const now = after?.commit ?? (await findCommit(root, "HEAD"));
  if (commit === null || now === undefined || now === commit) return;
  const what = `The code in ${root} moved from commit ${commit.slice(0, 12)} to ${now.slice(0, 12)} during the cycle, so it is not known which of them was measured.`;
  throw new CoreError("code_moved", what, {
    hint: "Run the experiment again, and commit nothing in its code until the run has ended.",
  });
}
