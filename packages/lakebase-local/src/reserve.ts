import { rm, statfs, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { exists } from "./home.ts";
import { findTrouble } from "./machine-trouble.ts";

const megabyte = 1024 ** 2;
/** Enough for records, and for a server's start and its last checkpoint. */
const size = 8 * megabyte;
/** The reserve is created if this much stays free in addition. */
const roomy = 8 * size;

let file: string | undefined;

/** Sets the file that holds the reserve. */
export function useReserve(path: string): void {
  file = path;
}

/** Makes the reserve if it is not there and the disk has room for it. */
export async function keepReserve(): Promise<void> {
  if (file === undefined || (await exists(file))) return;
  const { bavail, bsize } = await statfs(dirname(file));
  if (bavail * bsize < size + roomy) return;
  // Random bytes: others take no space on a file system that compresses. Commands are spared the loading.
  const { randomBytes } = await import("node:crypto");
  const block = randomBytes(megabyte);
  const blocks = Array.from({ length: size / megabyte }, () => block);
  await writeFile(file, blocks, { mode: 0o600 });
}

/** Runs work that writes to the disk. If the disk is full, gives up the reserve and runs it once more. */
export async function withReserve<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const isFull = findTrouble(error)?.sqlState === "53100";
    if (!isFull || file === undefined || !(await exists(file))) throw error;
    await rm(file, { force: true });
    return work();
  }
}
