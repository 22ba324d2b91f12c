import { type FileHandle, open } from "node:fs/promises";

const longest = 1024 * 1024;

/** Opens a log to go on writing, 0600; one that has grown long is begun anew. */
export async function openLog(path: string): Promise<FileHandle> {
  const log = await open(path, "a", 0o600);
  if ((await log.stat()).size > longest) await log.truncate();
  return log;
}
