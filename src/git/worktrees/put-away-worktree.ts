import { existsSync } from "node:fs";
import { rename, rm, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { CoreError, getMessage } from "../../utils/core-error.ts";
import { git } from "../git.ts";
import { listWorktrees } from "./worktree-list.ts";

/** A plus sign is part of no experiment's name, so these are nobody's worktrees. */
const aside = (path: string) => ({ looked: `${path}+closed`, unlooked: `${path}+closing` });

/**
 * Removes a worktree and all that is in it; its git branch stays. It is moved aside first and looked at once more, so
 * that nothing is lost that somebody wrote there meanwhile. Whenever we are killed, the same call goes on.
 * @param check throws where something in the folder that it is given must not be lost; the worktree is then put back
 * @throws CoreError `worktree_not_removed`, and what `check` throws
 */
export async function putAwayWorktree(
  repository: string,
  path: string,
  check: (folder: string) => Promise<void>,
): Promise<void> {
  const { looked, unlooked } = aside(path);
  if (!existsSync(looked)) {
    if (existsSync(path)) await move(path, unlooked);
    if (existsSync(unlooked)) {
      await check(unlooked).catch((error: unknown) => putBack(repository, path, error));
      await move(unlooked, looked);
    }
  }
  await rm(looked, { recursive: true, force: true });
  await forget(repository, [path, unlooked]);
  // The folders of the feature and of all worktrees, where nothing else is in them.
  for (const folder of [dirname(path), dirname(dirname(path))]) await rmdir(folder).catch(() => {});
}

/** Whether a worktree was moved aside by somebody who was killed before it was removed. */
export function isHalfAway(path: string): boolean {
  return Object.values(aside(path)).some((folder) => existsSync(folder));
}

async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch((cause: unknown) => {
    throw new CoreError("worktree_not_removed", `${from} cannot be moved to ${to}: ${getMessage(cause)}`, {
      hint: "Fix what the message reports, then call again.",
      cause,
    });
  });
}

async function putBack(repository: string, path: string, error: unknown): Promise<never> {
  await move(aside(path).unlooked, path);
  // git may have noted where it was meanwhile.
  await git(repository, ["worktree", "repair", path]);
  throw error;
}

/** What git keeps of a worktree whose folder is gone. That of one that is locked stays. */
async function forget(repository: string, paths: readonly string[]): Promise<void> {
  for (const { path } of await listWorktrees(repository))
    if (paths.includes(path) && !existsSync(path)) await git(repository, ["worktree", "remove", path]);
}
