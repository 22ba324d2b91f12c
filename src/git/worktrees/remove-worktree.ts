import { rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { git } from "../git.ts";
import type { Repository } from "../repository.ts";
import type { NewWorktree } from "./add-worktree.ts";

/**
 * Undoes the creation of a worktree and its git branch. Anything done there since is kept: a changed or new file keeps
 * the worktree, a commit keeps the git branch.
 * @returns whether the worktree is gone
 */
export async function removeNewWorktree(
  { top }: Repository,
  worktree: NewWorktree & { base_commit: string },
): Promise<boolean> {
  const { path, git_branch, base_commit } = worktree;
  const options = { mayStop: true };
  if ((await git(top, ["worktree", "remove", path], {}, options)).failed) return false;
  await git(top, ["update-ref", "-d", `refs/heads/${git_branch}`, base_commit], {}, options);
  // Also removes the folders of the feature and of all worktrees if they are empty.
  for (const folder of [dirname(path), dirname(dirname(path))]) await rmdir(folder).catch(() => {});
  return true;
}
