import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";

/** Measures a file, or a folder with everything in it, in bytes. Anything unreadable counts as zero. */
export async function measureFolder(path: string): Promise<number> {
  let bytes = 0;
  const left = [path];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    bytes += lstatSync(next, { throwIfNoEntry: false })?.size ?? 0;
    const folder = next;
    const entries = listEntries(folder);
    left.push(...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name)));
    for (const entry of entries.filter((each) => !each.isDirectory()))
      bytes += lstatSync(join(folder, entry.name), { throwIfNoEntry: false })?.size ?? 0;
    await setImmediate();
  }
  return bytes;
}

function listEntries(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}
