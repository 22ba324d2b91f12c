import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "../../home.ts";
import type { Platform } from "../platform.ts";
import type { BranchRecord, ProjectRecord } from "../records.ts";

/** Hides a branch and stops it; its data stays until the purge time, for an undelete. */
export async function softDeleteBranch(platform: Platform, branch: BranchRecord): Promise<void> {
  const now = Date.now();
  await platform.store.saveBranch({
    ...branch,
    delete_time: new Date(now).toISOString(),
    purge_time: new Date(now + platform.limits.deleted_seconds * 1000).toISOString(),
    state_change_time: new Date(now).toISOString(),
  });
  await platform.computes.retire(branch);
}

/** Removes a branch, its compute and its data for good. The record goes first, so anything left after it is garbage. */
export async function purgeBranch(platform: Platform, branch: BranchRecord): Promise<void> {
  await platform.store.forgetBranch(branch.uid);
  await platform.computes.retire(branch);
  await removeData(platform.computes.directory(branch.uid));
  await rm(join(platform.home.logs, `${branch.uid}.log`), { force: true });
}

/** Removes a project with all its branches for good. */
export async function purgeProject(platform: Platform, project: ProjectRecord): Promise<void> {
  const branches = platform.store.branches(project, { deleted: true });
  await platform.store.forgetProject(project.uid);
  await Promise.all(branches.map((branch) => purgeBranch(platform, branch)));
}

/** Removes what has expired or was deleted long enough ago. */
export async function purgeOverdue(platform: Platform): Promise<void> {
  const now = Date.now();
  const overdue = (time: string | undefined) => time !== undefined && Date.parse(time) <= now;
  const projects = platform.store
    .projects({ deleted: true })
    .filter((project) => overdue(project.purge_time));
  const branches = platform.store
    .branches(undefined, { deleted: true })
    .filter((branch) => overdue(branch.purge_time) || overdue(branch.expire_time));
  await Promise.all(projects.map((project) => purgeProject(platform, project)));
  await Promise.all(branches.map((branch) => purgeBranch(platform, branch)));
}

/** Moves the data aside first, so that a half removed directory is never taken for a branch. */
async function removeData(directory: string): Promise<void> {
  if (!(await exists(directory))) return;
  const garbage = `${directory}.gone`;
  await rename(directory, garbage);
  await rm(garbage, { recursive: true, force: true, maxRetries: 10 });
}
