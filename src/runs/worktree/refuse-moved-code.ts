import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Plan } from "../../../schemas/plan/plan.ts";
import { findEdits } from "../../experiments/code/experiment-tree.ts";
import type { CheckedCode, ExperimentCode } from "../../experiments/code/worktrees.ts";
import type { ExperimentRef } from "../../experiments/layout.ts";
import type { Status } from "../../git/changes/status.ts";
import { findCommit, findRepository } from "../../git/repository.ts";
import { CoreError } from "../../utils/core-error.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import type { CycleScope } from "../cycle/scope.ts";

interface CycleEdits extends Pick<CycleScope, "edits"> {
  experiment: ExperimentRef;
  request: { plan: Pick<Plan, "worktrees"> };
}

/**
 * Refuses to measure code that was edited since the cycle began, while none of its commands ran: the suites before would
 * be taken for findings about the same code. Designs in the main checkout write there at the same time, so for them
 * nothing can be told.
 * @throws CoreError `code_moved`
 */
export async function refuseEditedCode(
  { experiment, request, edits }: CycleEdits,
  { code, status }: CheckedCode,
): Promise<void> {
  if (code.worktree === undefined || edits === undefined) return;
  const now = status && (await findEdits(experiment, code, request.plan.worktrees?.link ?? [], status));
  if (now === undefined) throw refuse(`Git no longer says which files in ${code.root} were edited`);
  const names = [...new Set([...edits.keys(), ...now.keys()])];
  const edited = names.filter((name) => edits.get(name) !== now.get(name));
  if (edited.length > 0) throw refuse(`${nameSome(edited, 5)} in ${code.root} changed during the cycle`);
}

/** Begins to watch whether git moves the code of a worktree, even if it moves it back. Called before a command starts. */
export async function watchHead({ root, worktree }: ExperimentCode): Promise<() => Promise<void>> {
  const place = worktree === undefined ? undefined : (await findRepository(root))?.gitDirectory;
  if (place === undefined) return async () => {};
  // Git adds a line to the log whenever it switches, resets, stashes or commits. Some repositories keep none.
  const readMark = async () => {
    const [log, head] = await Promise.all(
      ["logs/HEAD", "HEAD"].map((name) => stat(join(place, name)).catch(() => undefined)),
    );
    return [log?.size, head?.ino, head?.mtimeMs].join(" ");
  };
  const before = await readMark();
  return async () => {
    if (before !== (await readMark()))
      throw refuse(`git switched, reset or stashed the code in ${root} while a command ran there`);
  };
}

/**
 * Refuses what a command found if a commit was made or rewritten in the experiment's code meanwhile: it would be taken
 * for a finding about the commit that the cycle began with.
 * @param after the state of the code since, if it was read
 * @throws CoreError `code_moved`
 */
export async function refuseMovedCode(
  { root }: ExperimentCode,
  { commit }: CycleScope["tree"],
  after: Status | undefined,
): Promise<void> {
  const now = after?.commit ?? (await findCommit(root, "HEAD"));
  if (commit === null || now === commit) return;
  if (now === undefined) throw refuse(`Git no longer says at which commit the code in ${root} is`);
  throw refuse(
    `The code in ${root} moved from commit ${commit.slice(0, 12)} to ${now.slice(0, 12)} during the cycle`,
  );
}

function refuse(what: string): CoreError {
  return new CoreError("code_moved", `${what}, so it is not known which code was measured.`, {
    hint: "Run the experiment again, and leave its code alone until the run has ended.",
  });
}
