import { join } from "node:path";
import type { Leftover } from "../../../schemas/leftover.ts";
import { runsDirectory } from "../../experiments/layout.ts";
import { listBranches } from "../../lakebase/branches/branches.ts";
import { describeError } from "../../utils/describe-error.ts";
import { withLock } from "../../utils/files/lock.ts";
import { asKnownError } from "../../utils/processes/system-errors.ts";
import { readWorkspaceRecords } from "../workspace-records.ts";
import { findBranches } from "./find-branches.ts";
import { findExperiments } from "./find-experiments.ts";
import { findUnusedFiles } from "./find-files.ts";
import { findGitBranches } from "./find-git-branches.ts";
import { findPins } from "./find-pins.ts";
import { findDeadRuns, findOldRuns } from "./find-runs.ts";
import { findWorkAreas } from "./find-work-areas.ts";
import { findWorktrees } from "./find-worktrees.ts";
import type { FoundLeftover, SearchContext } from "./found-leftover.ts";
import { listUnfinished } from "./unfinished.ts";

export interface CleanUp {
  /** What was removed; empty unless cleaning up was applied. */
  removed: Leftover[];
  /** What is ours and may be removed. */
  removable: Leftover[];
  /** What stays, each with its reason. */
  left: Leftover[];
  /** What could not be examined. */
  warnings: string[];
}

type Find = (scene: SearchContext) => Promise<FoundLeftover[]>;

/**
 * The order matters: processes in a worktree end before the worktree goes, whatever needs a commit goes before the ref
 * that keeps it, and the records that prove ownership go last.
 */
const searches: readonly Find[] = [
  findDeadRuns,
  findBranches,
  findExperiments,
  findWorktrees,
  findWorkAreas,
  findGitBranches,
  findPins,
  findOldRuns,
  findUnusedFiles,
];

/**
 * Finds what experiments left behind: branches, worktrees, git branches, runs, files. Nothing is removed unless a
 * record of this workspace proves that it is ours, and each item is checked again just before removal.
 * @param apply whether to remove what may be removed; otherwise nothing changes
 * @throws CoreError `locked` if another process is cleaning up
 */
export async function cleanUp(
  context: SearchContext["context"],
  { apply }: { apply: boolean },
): Promise<CleanUp> {
  const { workspace, signal } = context;
  const lock = join(runsDirectory(workspace), "clean-up.lock");
  return apply ? withLock(lock, signal, () => search(context, true)) : search(context, false);
}

async function search(context: SearchContext["context"], apply: boolean): Promise<CleanUp> {
  const { branches, warnings } = await askForBranches(context);
  const answer: CleanUp = { removed: [], removable: [], left: [], warnings };
  let state = await readState(context.workspace);
  for (const find of searches) {
    const found = await find({ context, branches, ...state });
    for (const { remove, ...leftover } of found) {
      if (remove === undefined) answer.left.push(leftover);
      else if (!apply) answer.removable.push(leftover);
      else await removeOne(answer, leftover, remove);
    }
    const isChanged = apply && found.some(({ remove }) => remove !== undefined);
    if (isChanged) state = await readState(context.workspace);
  }
  return answer;
}

async function readState(workspace: string): Promise<Pick<SearchContext, "records" | "unfinished">> {
  const [records, unfinished] = await Promise.all([
    readWorkspaceRecords(workspace),
    listUnfinished(workspace),
  ]);
  return { records, unfinished };
}

async function removeOne(answer: CleanUp, leftover: Leftover, remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
    answer.removed.push(leftover);
  } catch (error) {
    answer.left.push({ ...leftover, left: asKnownError(error).message });
  }
}

/** If Lakebase cannot be reached, local leftovers can still be cleaned up. */
async function askForBranches({ lakebase, signal }: SearchContext["context"]) {
  try {
    return { branches: await listBranches(lakebase, { signal }), warnings: [] };
  } catch (error) {
    signal.throwIfAborted();
    const { code, message } = describeError(error);
    return {
      branches: undefined,
      warnings: [`The project's branches could not be listed (${code}): ${message}`],
    };
  }
}
