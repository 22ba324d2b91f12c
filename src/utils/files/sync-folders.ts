import { open, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** Folders whose own names this process has synced to disk, by inode: a recreated folder has a different one. */
const named = new Set<string>();

/**
 * Syncs a folder of records to disk, and the names of the folders from the workspace down to it, which may be new too.
 */
export async function syncFolders(folder: string, workspace: string): Promise<void> {
  await syncFolder(folder);
  const identity = `${(await stat(folder)).ino} ${folder}`;
  if (folder.length <= workspace.length || named.has(identity)) return;
  await syncFolders(dirname(folder), workspace);
  named.add(identity);
}

/** Does nothing on systems that cannot sync a folder. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path).catch(() => undefined);
  await folder
    ?.sync()
    .catch(() => {})
    .finally(() => folder.close());
}
