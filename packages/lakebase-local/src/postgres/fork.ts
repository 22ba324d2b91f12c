import { copyFile, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { withClient } from "./admin-session.ts";
import { backUp, type ForkPoint } from "./backup.ts";
import type { Compute } from "./compute.ts";
import { copyEntries, giveToPostgres, makeOwnFolder, volatileEntries } from "./copy.ts";
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
  await emptyUnlogged(join(target, "base"));
  return { lsn: await readCheckpointLsn(source), time: new Date() };
}

/**
 * Empties unlogged tables, as the first start empties them in a copy of a running server: what a branch starts with must
 * not depend on whether its parent was asleep. Each has a file with its empty state.
 */
async function emptyUnlogged(base: string): Promise<void> {
  for (const database of await readdir(base)) {
    const names = await readdir(join(base, database));
    const unlogged = new Set(names.filter((name) => name.endsWith(initial)).map(nameRelation));
    if (unlogged.size === 0) continue;
    for (const name of names)
      if (!name.endsWith(initial) && unlogged.has(nameRelation(name))) await rm(join(base, database, name));
    for (const relation of unlogged) {
      const file = join(base, database, relation);
      await copyFile(`${file}${initial}`, file);
      await giveToPostgres(file);
    }
  }
}

const initial = "_init";

/** From `16384`, `16384.1`, `16384_fsm` or `16384_init`. */
function nameRelation(file: string): string {
  return file.replace(/[._].*$/, "");
}

/** The last checkpoint's place in the WAL: an eight-byte number at offset 32 of pg_control. */
async function readCheckpointLsn(directory: string): Promise<string> {
  const control = await readFile(join(directory, "global", "pg_control"));
  const [low, high] = [control.readUInt32LE(32), control.readUInt32LE(36)];
  return `${high.toString(16).toUpperCase()}/${low.toString(16).toUpperCase()}`;
}
