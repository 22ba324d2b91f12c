import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { withClient } from "./admin-session.ts";
import { backUp, type ForkPoint } from "./backup.ts";
import type { Compute } from "./compute.ts";
import { copyEntries, makeOwnFolder, volatileEntries } from "./copy.ts";
import type { Secrets } from "./secrets.ts";

/**
 * Copies the parent's data directory to `target`, which must not be there, whether the parent runs or not.
 * What failed on the way is left at `target`, for the caller to remove.
 */
export async function forkData(parent: Compute, target: string, secrets: Secrets): Promise<ForkPoint> {
  await makeOwnFolder(target);
  for (;;) {
    const lease = parent.useIfRunning();
    if (lease) {
      try {
        return await withClient(lease.port, "postgres", secrets, (admin) =>
          backUp(admin, parent.directory, target),
        );
      } finally {
        lease.release();
      }
    }
    const point = await parent.whileStopped(() => copyAtRest(parent.directory, target));
    if (point) return point;
  }
}

/** A server at rest has nothing in memory: its directory is the database, whether it was shut down or killed. */
async function copyAtRest(source: string, target: string): Promise<ForkPoint> {
  await copyEntries(source, target, { skip: volatileEntries });
  return { lsn: await checkpointLsn(source), time: new Date() };
}

/** The last checkpoint's place in the WAL: an eight-byte number at offset 32 of pg_control. */
async function checkpointLsn(directory: string): Promise<string> {
  const control = await readFile(join(directory, "global", "pg_control"));
  const [low, high] = [control.readUInt32LE(32), control.readUInt32LE(36)];
  return `${high.toString(16).toUpperCase()}/${low.toString(16).toUpperCase()}`;
}
