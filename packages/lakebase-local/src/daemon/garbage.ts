import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { purgeBranch, purgeProject } from "../api/branches/deletion.ts";
import type { Platform } from "../api/platform.ts";
import { removeDrafts } from "./drafts.ts";

/** Removes data that no record names: what a crash left of a branch being created or removed. @returns its names */
export async function removeUnrecorded({ home, store }: Platform): Promise<string[]> {
  const names = (await readdir(home.data)).filter((name) => {
    const uid = name.replace(/\..*$/, "");
    return !store.isPending(uid) && !store.branchByUid(name);
  });
  await Promise.all(names.map((name) => discard(join(home.data, name))));
  return names;
}

/** Removes unrecorded data, and permanently removes what was deleted but could still be undeleted. */
export async function collectGarbage(platform: Platform): Promise<object> {
  const isDeleted = (record: { delete_time?: string | undefined }) => record.delete_time !== undefined;
  const projects = platform.store.projects({ deleted: true }).filter(isDeleted);
  await Promise.all(projects.map((project) => purgeProject(platform, project)));
  const branches = platform.store.branches(undefined, { deleted: true }).filter(isDeleted);
  await Promise.all(branches.map((branch) => purgeBranch(platform, branch)));
  await removeDrafts(platform.home, platform.store);
  return {
    purged_projects: projects.map(({ project_id }) => project_id),
    purged_branches: branches.map(({ branch_id }) => branch_id),
    removed_directories: await removeUnrecorded(platform),
  };
}

/** Moves the data first, so that a copy program that outlived its daemon has nowhere to write. */
async function discard(path: string): Promise<void> {
  const aside = path.endsWith(".gone") ? path : `${path}.gone`;
  if (aside !== path) await rename(path, aside);
  await rm(aside, { recursive: true, force: true, maxRetries: 10 });
}
