import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readWorktreeRecord } from "../../experiments/code/worktree-record.ts";
import { isInside } from "../../experiments/code/worktrees.ts";
import { type ExperimentRef, experimentPaths } from "../../experiments/layout.ts";
import { listAllRefs } from "../../experiments/list-refs.ts";
import { git } from "../../git/git.ts";
import { readModificationTime } from "../../utils/files/files.ts";
import type { Area } from "./area.ts";

/** How many worktrees that no job is using stay in an area: the next job of an experiment finds it prepared. */
export const keptWorktrees = 4;

/**
 * Removes the worktrees of an area that no job is using, but for the most recent ones, and the records of their
 * experiments. Every worktree that is removed is one that a record of the area names.
 * @param isUsed whether a job of an experiment is being carried out
 */
export async function pruneWorktrees(
  { workspace, directory, repository }: Pick<Area, "workspace" | "directory" | "repository">,
  isUsed: (ref: ExperimentRef) => boolean,
): Promise<void> {
  const known = [];
  for (const ref of await listAllRefs(workspace)) {
    const record = await readWorktreeRecord(ref).catch(() => undefined);
    if (record == null || isUsed(ref) || !isInside(join(directory, "worktrees"), record.path)) continue;
    known.push({ ref, record, usedAt: readModificationTime(experimentPaths(ref).worktree) ?? 0 });
  }
  const old = known.sort((a, b) => b.usedAt - a.usedAt).slice(keptWorktrees);
  for (const { ref, record } of old) {
    // Force is given twice because git locks a worktree during checkout and may have been killed then.
    await git(repository.top, ["worktree", "remove", "--force", "--force", record.path]);
    await rm(record.path, { recursive: true, force: true });
    await git(repository.top, ["worktree", "prune"]);
    await git(repository.top, ["branch", "--quiet", "-D", record.git_branch]);
    await rm(experimentPaths(ref).directory, { recursive: true, force: true });
  }
}
