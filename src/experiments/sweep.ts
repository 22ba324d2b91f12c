import { existsSync, rmSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isTemporary, listEntries } from "../utils/files/files.ts";
import { readRecord } from "../utils/files/json.ts";
import { isSameProcessAlive, processIdentitySchema } from "../utils/processes/process-identity.ts";
import { stateDirectory } from "./layout.ts";

/** Writing a file takes moments, so an older one was abandoned. In milliseconds. */
const staleAfterMs = 60_000;

/**
 * Removes half-written files that killed processes left among the records. Files that a living process may still be
 * writing, or is identified by, stay.
 * @param isDeep whether to look among the artifacts, of which there may be many
 * @returns the paths that were removed
 */
export function sweepUnfinished(workspace: string, options: { isDeep: boolean }): Promise<string[]> {
  return sweepFolder(stateDirectory(workspace), options);
}

/** Removes half-written files from any of our folders. */
export async function sweepFolder(root: string, options: { isDeep: boolean }): Promise<string[]> {
  const left = await findHalfWritten(root, options);
  for (const path of left) rmSync(path, { recursive: true, force: true });
  return left;
}

/** Finds the half-written files that would be removed. */
export async function findHalfWritten(root: string, { isDeep }: { isDeep: boolean }): Promise<string[]> {
  if (!existsSync(root)) return [];
  const found: string[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of listEntries(folder)) {
      const path = join(folder, entry.name);
      if (isTemporary(path)) {
        if (await isAbandoned(path)) found.push(path);
      } else if (entry.isDirectory() && (isDeep || entry.name !== "artifacts")) {
        folders.push(path);
      }
    }
  }
  return found;
}

/** A file that names a process, like a lock, stays as long as the process is alive. */
async function isAbandoned(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return false;
  const owner = found.isFile()
    ? await readRecord(path, processIdentitySchema).catch(() => undefined)
    : undefined;
  if (owner !== undefined) return !(await isSameProcessAlive(owner));
  return Date.now() - found.mtimeMs > staleAfterMs;
}
