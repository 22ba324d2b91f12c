import { rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { CoreError } from "../../utils/core-error.ts";
import { git } from "../git.ts";
import { listWorktrees } from "./worktree-list.ts";

const timeoutMs = 600_000;

/** Checks out a commit into a separate folder, detached from any git branch. @throws CoreError `worktree_failed` */
export async function addScratchWorktree(directory: string, path: string, commit: string): Promise<void> {
  const args = ["worktree", "add", "--quiet", "--detach", path, commit];
  const { failed, stderr } = await git(directory, args, {}, { timeout: timeoutMs });
  if (!failed) return;
  // git exits with the status of the user's hook, even if the worktree was created.
  if ((await git(path, ["rev-parse", "HEAD"])).stdout === commit) return;
  throw new CoreError("worktree_failed", `git could not check ${commit} out into ${path}: ${stderr}`, {
    hint: "Fix what git reports, then call again.",
  });
}

/**
 * Removes a scratch worktree with everything in it. One that git does not list at that path, or that is on a git
 * branch, is not ours and stays.
 * @returns whether it is gone
 */
export async function removeScratchWorktree(directory: string, path: string): Promise<boolean> {
  const known = (await listWorktrees(directory)).find((each) => each.path === path);
  if (known === undefined || known.git_branch !== undefined) return known === undefined;
  // Force is given twice because git locks a worktree during checkout and may have been killed then.
  const removed = await git(directory, ["worktree", "remove", "--force", "--force", path]);
  // Also removes the folders of the feature and of all worktrees if they are empty.
  for (const folder of [dirname(path), dirname(dirname(path))]) await rmdir(folder).catch(() => {});
  return !removed.failed;
}
