import { existsSync, rmSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { entriesIn, isTemporary } from "../utils/files/files.ts";
import { readRecord } from "../utils/files/json.ts";
import { isSameProcessAlive, processIdentitySchema } from "../utils/processes/process-identity.ts";
import { stateDirectory } from "./layout.ts";

/** What is being written is written in moments. In milliseconds. */
const staleAfterMs = 60_000;

/**
 * Removes what processes that were killed left half written among the records. What a living process may still write,
 * or names itself by, stays.
 * @param isDeep also among the artifacts, which may be many
 * @returns the paths of what was removed
 */
export function sweepUnfinished(workspace: string, options: { isDeep: boolean }): Promise<string[]> {
  return sweepFolder(stateDirectory(workspace), options);
}

/** The same in any folder of ours. */
export async function sweepFolder(root: string, options: { isDeep: boolean }): Promise<string[]> {
  const left = await findUnfinished(root, options);
  for (const path of left) rmSync(path, { recursive: true, force: true });
  return left;
}

/** The paths of what would be removed. */
export async function findUnfinished(root: string, { isDeep }: { isDeep: boolean }): Promise<string[]> {
  if (!existsSync(root)) return [];
  const found: string[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of entriesIn(folder)) {
      const path = join(folder, entry.name);
      if (isTemporary(path)) {
        if (await isLeft(path)) found.push(path);
      } else if (entry.isDirectory() && (isDeep || entry.name !== "artifacts")) {
        folders.push(path);
      }
    }
  }
  return found;
}

/** A file that names a process, as those of locks do, stays as long as that lives. */
async function isLeft(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return false;
  const owner = found.isFile()
    ? await readRecord(path, processIdentitySchema).catch(() => undefined)
    : undefined;
  if (owner !== undefined) return !(await isSameProcessAlive(owner));
  return Date.now() - found.mtimeMs > staleAfterMs;
}
