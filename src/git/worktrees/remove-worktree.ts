import { rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { git } from "../git.ts";
import type { Repository } from "../repository.ts";
import type { NewWorktree } from "./add-worktree.ts";

/**
 * Takes back a worktree and its git branch that were just made. What somebody did in it meanwhile keeps it: a changed
 * or a new file the worktree, a commit the git branch.
 * @returns whether the worktree is gone
 */
export async function removeNewWorktree(
  { top }: Repository,
  worktree: NewWorktree & { base_commit: string },
): Promise<boolean> {
  const { path, git_branch, base_commit } = worktree;
  if ((await git(top, ["worktree", "remove", path])).failed) return false;
  await git(top, ["update-ref", "-d", `refs/heads/${git_branch}`, base_commit]);
  // The folders of the feature and of all worktrees, where nothing else is in them.
  for (const folder of [dirname(path), dirname(dirname(path))]) await rmdir(folder).catch(() => {});
  return true;
}
