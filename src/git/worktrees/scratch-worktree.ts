import { rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { CoreError } from "../../utils/core-error.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { readStatus } from "../changes/status.ts";
import { git } from "../git.ts";
import { listWorktrees } from "./worktree-list.ts";

const timeoutMs = 600_000;
const maxNamed = 5;

/**
 * Checks out a commit into a separate folder, detached from any git branch.
 * @throws CoreError `worktree_failed`, also if the files differ from the commit, because a hook or a filter changed them
 */
export async function addScratchWorktree(directory: string, path: string, commit: string): Promise<void> {
  const args = ["worktree", "add", "--quiet", "--detach", path, commit];
  const { failed, stderr } = await git(directory, args, {}, { timeout: timeoutMs });
  // git exits with the status of the user's hook, even if the worktree was created.
  const isThere = !failed || (await git(path, ["rev-parse", "HEAD"])).stdout === commit;
  if (isThere) return refuseChanged(path, commit);
  throw new CoreError("worktree_failed", `git could not check out ${commit} into ${path}: ${stderr}`, {
    hint: "Fix what git reports, then call again.",
  });
}

/** @throws CoreError `worktree_failed` */
async function refuseChanged(path: string, commit: string): Promise<void> {
  const status = await readStatus(path);
  if (status?.paths.length === 0) return;
  const what = status === undefined ? "git cannot tell its state" : nameSome(status.paths, maxNamed);
  throw new CoreError(
    "worktree_failed",
    `The new worktree ${path} is not as ${commit.slice(0, 12)} has it: ${what}.`,
    { hint: "A hook or a filter of the repository changes what git checks out: fix it, then call again." },
  );
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
