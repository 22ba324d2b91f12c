import { existsSync } from "node:fs";
import { rename, rm, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { CoreError, getMessage } from "../../utils/core-error.ts";
import { git } from "../git.ts";
import { listWorktrees } from "./worktree-list.ts";

/** No experiment's name contains a plus sign, so these paths never belong to a worktree. */
const aside = (path: string) => ({ checked: `${path}+closed`, unchecked: `${path}+closing` });

/**
 * Removes a worktree with everything in it; its git branch stays. The folder is first moved aside and checked again, so
 * that nothing written there meanwhile is lost. If we are killed, the same call resumes.
 * @param check throws if the folder it is given contains something that must not be lost; the worktree is then put
 *   back
 * @throws CoreError `worktree_not_removed`, and whatever `check` throws
 */
export async function discardWorktree(
  repository: string,
  path: string,
  check: (folder: string) => Promise<void>,
): Promise<void> {
  const { checked, unchecked } = aside(path);
  if (!existsSync(checked)) {
    if (existsSync(path)) await move(path, unchecked);
    if (existsSync(unchecked)) {
      await check(unchecked).catch((error: unknown) => putBack(repository, path, error));
      await move(unchecked, checked);
    }
  }
  await rm(checked, { recursive: true, force: true });
  await forget(repository, [path, unchecked]);
  // Also removes the folders of the feature and of all worktrees if they are empty.
  for (const folder of [dirname(path), dirname(dirname(path))]) await rmdir(folder).catch(() => {});
}

/** Whether a removal was interrupted after the worktree was moved aside. */
export function isPartlyDiscarded(path: string): boolean {
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
  await move(aside(path).unchecked, path);
  // git may have recorded its temporary path.
  await git(repository, ["worktree", "repair", path], {}, { mayStop: true });
  throw error;
}

/** Removes git's entry for a worktree whose folder is gone. The entry of a locked one stays. */
async function forget(repository: string, paths: readonly string[]): Promise<void> {
  for (const { path } of await listWorktrees(repository))
    if (paths.includes(path) && !existsSync(path)) await git(repository, ["worktree", "remove", path]);
}
