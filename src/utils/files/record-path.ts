import { existsSync, realpathSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { CoreError } from "../core-error.ts";

/** The folder of all records in a workspace. */
const marker = `${sep}.tdd${sep}`;

/**
 * Verifies that the path of a record is inside its workspace: that the workspace exists, and that no link leads out of
 * it. Does not check paths that are not records.
 * @throws CoreError `workspace_gone`, `record_outside`
 */
export function checkRecordPath(path: string): void {
  const workspace = findWorkspace(path);
  if (workspace === undefined) return;
  checkWorkspace(workspace);
  const folder = findExisting(dirname(path));
  const [root, real] = [realpathSync(workspace), realpathSync(folder)];
  if (real === root || real.startsWith(root + sep)) return;
  throw new CoreError("record_outside", `${folder} leads out of the workspace, to ${real}.`, {
    hint: "Replace the link with a folder in the workspace, then call again.",
  });
}

/** @throws CoreError `workspace_gone` if it no longer exists */
export function checkWorkspace(workspace: string): void {
  if (existsSync(workspace)) return;
  const what = `The workspace ${workspace} no longer exists: it was moved or deleted.`;
  throw new CoreError("workspace_gone", what, {
    hint: "Call again from its new location. What was written before is there.",
  });
}

/** Creates a folder for records, with those above it, except a workspace that is gone. @throws as `checkRecordPath` */
export async function makeRecordFolder(path: string): Promise<void> {
  checkRecordPath(join(path, "any"));
  await mkdir(path, { recursive: true });
}

/** Finds the workspace that the path of a record is in; undefined for other paths. */
export function findWorkspace(path: string): string | undefined {
  const end = path.lastIndexOf(marker);
  return end === -1 ? undefined : path.slice(0, end);
}

/** Returns the path itself, or its nearest existing parent folder. */
export function findExisting(path: string): string {
  return existsSync(path) ? path : findExisting(dirname(path));
}
