import { existsSync } from "node:fs";
import type { WorktreeRecord } from "../../../schemas/experiment/worktree-record.ts";
import type { Context } from "../../context.ts";
import { nameExperiment, worktreeLock } from "../../experiments/layout.ts";
import { git } from "../../git/git.ts";
import { findCommit, type Repository } from "../../git/repository.ts";
import { discardWorktree } from "../../git/worktrees/discard-worktree.ts";
import {
  inspectContents,
  inspectWorktree,
  type WorktreeInspection,
} from "../../git/worktrees/inspect-worktree.ts";
import { listWorktrees } from "../../git/worktrees/worktree-list.ts";
import { CoreError } from "../../utils/core-error.ts";
import { isLocked, withLock } from "../../utils/files/lock.ts";
import { measureFolder } from "../../utils/files/measure.ts";
import { countMinutesSince } from "../../utils/minutes.ts";
import { asKnownError } from "../../utils/processes/system-errors.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { changedMeanwhile, type FoundLeftover } from "./found-leftover.ts";
import { findUnfinished, forget, type Unfinished } from "./unfinished.ts";

const maxNamed = 3;

/** Judges the worktree of an experiment that was never fully created. It can go as long as no one has worked in it. */
export async function judgeUnfinished(
  { workspace, signal }: Pick<Context, "workspace" | "signal">,
  repository: Repository,
  { ref, worktree, begun_at, left }: Unfinished,
): Promise<FoundLeftover> {
  const found = {
    kind: "worktree" as const,
    name: worktree.path,
    why: `created for ${nameExperiment(ref)} by a call that ended before it recorded a branch`,
    age_minutes: countMinutesSince(begun_at),
    ...(existsSync(worktree.path) && { bytes: await measureFolder(worktree.path) }),
  };
  if (left !== undefined) return { ...found, left };
  if (await isLocked(worktreeLock(ref))) return { ...found, left: "a call may still be creating it" };
  const touched = await findTouched(repository, worktree);
  if (touched !== undefined) return { ...found, left: touched };
  const remove = () =>
    withLock(worktreeLock(ref), signal, async () => {
      const again = await findUnfinished(ref);
      if (again === undefined || again.left !== undefined) throw changedMeanwhile(worktree.path);
      await refuseTouched(await findTouched(repository, worktree));
      const check = async (folder: string) =>
        refuseTouched(describeInspection(await inspectContents(folder)));
      await discardWorktree(workspace, worktree.path, check);
      await removeGitBranch(workspace, worktree);
      await forget(ref);
    });
  return { ...found, remove };
}

/** Describes what someone did there; undefined if nothing. */
async function findTouched(repository: Repository, worktree: WorktreeRecord): Promise<string | undefined> {
  try {
    const tip = await findCommit(repository.top, `refs/heads/${worktree.git_branch}`);
    if (tip !== undefined && tip !== worktree.base_commit) return `${worktree.git_branch} has commits`;
    return describeInspection(await inspectWorktree(repository, worktree));
  } catch (error) {
    const known = asKnownError(error);
    return known.message;
  }
}

function describeInspection(inspection: WorktreeInspection): string | undefined {
  if (inspection.state === "gone") return undefined;
  if (inspection.state === "kept") return inspection.why;
  const files = [...inspection.changed, ...inspection.ignored];
  return files.length === 0 ? undefined : `it has uncommitted files: ${nameSome(files, maxNamed)}`;
}

function refuseTouched(why: string | undefined): void {
  if (why === undefined) return;
  throw new CoreError("worktree_not_removed", `The worktree was not removed: ${why}.`, {
    hint: "Create the experiment again to continue from there, or remove the worktree by hand.",
  });
}

/** Deletes the git branch if the call created it, it is not checked out anywhere, and it has not moved. */
async function removeGitBranch(workspace: string, worktree: WorktreeRecord): Promise<void> {
  const { git_branch, base_branch, base_commit } = worktree;
  const isInUse = (await listWorktrees(workspace)).some((each) => each.git_branch === git_branch);
  // A branch that already existed is recorded without a base branch.
  if (base_branch === undefined || isInUse) return;
  await git(workspace, ["update-ref", "-d", `refs/heads/${git_branch}`, base_commit]);
}
