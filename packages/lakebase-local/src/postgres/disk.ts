import { rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runAsPostgres } from "./run.ts";

/** Bytes that a data directory takes. */
export async function measureSize(directory: string): Promise<number> {
  const { stdout } = await runAsPostgres("du", ["-sk", directory]);
  return (Number.parseInt(stdout, 10) || 0) * 1024;
}

/**
 * Whether a copy of a data directory fits beside it, with some space left.
 * @returns the missing bytes, 0 when it fits
 */
export async function countMissingBytes(directory: string, size: number, reserve: number): Promise<number> {
  const { bavail, bsize } = await statfs(dirname(directory));
  const free = bavail * bsize;
  if (free >= size + reserve) return 0;
  // Where blocks are shared, a copy takes next to nothing.
  const needed = (await sharesBlocks(directory)) ? reserve : size + reserve;
  return Math.max(0, needed - free);
}

async function sharesBlocks(directory: string): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const probe = join(directory, "PG_VERSION.probe");
  const { code } = await runAsPostgres("cp", ["--reflink=always", join(directory, "PG_VERSION"), probe]);
  await rm(probe, { force: true });
  return code === 0;
}
