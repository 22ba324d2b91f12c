import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { purgeBranch, purgeProject } from "../api/deletion.ts";
import type { Platform } from "../api/platform.ts";
import { endOrphan } from "../postgres/orphan.ts";

/**
 * Ends servers that an earlier daemon left running, and removes data that no record names:
 * what a crash left of a branch being made or removed.
 * @param deleted also purge what was deleted and could still be undeleted
 */
export async function collectRefuse(platform: Platform, { deleted = false } = {}): Promise<object> {
  const { home, store, computes } = platform;
  if (deleted) {
    const gone = store.projects({ deleted: true }).filter(({ delete_time }) => delete_time !== undefined);
    await Promise.all(gone.map((project) => purgeProject(platform, project)));
    const branches = store
      .branches(undefined, { deleted: true })
      .filter(({ delete_time }) => delete_time !== undefined);
    await Promise.all(branches.map((branch) => purgeBranch(platform, branch)));
  }
  const ended: number[] = [];
  const removed: string[] = [];
  await Promise.all(
    (await readdir(home.data)).map(async (name) => {
      const directory = join(home.data, name);
      const uid = name.replace(/\..*$/, "");
      if (store.isPending(uid) || computes.isBusy(uid)) return;
      const pid = await endOrphan(directory);
      if (pid !== undefined) ended.push(pid);
      if (store.branchByUid(name)) return;
      removed.push(name);
      await discard(directory);
    }),
  );
  return { ended_servers: ended, removed_directories: removed };
}

/** Moved first: a copy program that outlived its daemon then finds no place to write to. */
async function discard(path: string): Promise<void> {
  const aside = path.endsWith(".gone") ? path : `${path}.gone`;
  if (aside !== path) await rename(path, aside);
  await rm(aside, { recursive: true, force: true, maxRetries: 10 });
}
