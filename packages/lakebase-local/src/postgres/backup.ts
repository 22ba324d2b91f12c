import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import * as z from "zod";
import { LocalError } from "../local-error.ts";
import { copyEntries, copyPaths, giveToPostgres, makeOwnFolder, volatileEntries } from "./copy.ts";

/** Where on the parent's history a copy was taken. */
export interface ForkPoint {
  /** As Postgres writes it: `0/1F2A3B8`. */
  lsn: string;
  time: Date;
}

/** Folders that a running server fills for itself; a copy gets them empty. */
const scratch = [
  "pg_wal",
  "pg_replslot",
  "pg_dynshmem",
  "pg_notify",
  "pg_serial",
  "pg_snapshots",
  "pg_stat_tmp",
  "pg_subtrans",
];

const startRow = z.object({ start: z.string() });
const stopRow = z.object({ stop: z.string(), label: z.string(), spaces: z.string(), now: z.date() });
const fileRow = z.object({ first: z.string(), last: z.string() });

/**
 * Copies the directory of a running server while it goes on writing, by Postgres' own protocol for online backups:
 * the files as they are, then the WAL written meanwhile, which makes them consistent at the copy's first start.
 * https://www.postgresql.org/docs/18/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 */
export async function backUp(admin: pg.Client, source: string, target: string): Promise<ForkPoint> {
  // The session's slot keeps the WAL that is needed below from being recycled.
  const slot = `fork_${process.pid}_${Date.now().toString(36)}_${Math.floor(Math.random() * 1e6)}`;
  await admin.query("SELECT pg_create_physical_replication_slot($1, true, true)", [slot]);
  const { start } = await queryRow(
    admin,
    startRow,
    "SELECT pg_backup_start($1, fast => true)::text AS start",
    [slot],
  );
  await copyEntries(source, target, {
    skip: new Set([...volatileEntries, ...scratch, "backup_label", "tablespace_map"]),
    mayVanish: true,
  });
  for (const folder of scratch) await makeOwnFolder(join(target, folder));
  // Last, so that no page of the copy is newer than the checkpoint that recovery starts from.
  await copyPaths([join(source, "global", "pg_control")], join(target, "global"));
  const { stop, label, spaces, now } = await queryRow(
    admin,
    stopRow,
    "SELECT lsn::text AS stop, labelfile AS label, spcmapfile AS spaces, now() FROM pg_backup_stop(false)",
  );
  if (spaces.trim() !== "") {
    throw new LocalError("a branch with tablespaces cannot be copied", {
      hint: "Drop the tablespaces first.",
    });
  }
  await copyWal(admin, source, target, start, stop);
  await writeFile(join(target, "backup_label"), label, { mode: 0o600 });
  await giveToPostgres(join(target, "backup_label"));
  return { lsn: stop, time: now };
}

/** Copies the WAL files that hold `start` to `stop`. */
async function copyWal(
  admin: pg.Client,
  source: string,
  target: string,
  start: string,
  stop: string,
): Promise<void> {
  const { first, last } = await queryRow(
    admin,
    fileRow,
    // The end is exclusive: on a file's border it belongs to the file before.
    "SELECT pg_walfile_name($1::pg_lsn) AS first, pg_walfile_name($2::pg_lsn - 1) AS last",
    [start, stop],
  );
  const wal = join(source, "pg_wal");
  const files = (await readdir(wal)).filter(
    (name) => /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last,
  );
  await copyPaths(
    files.map((name) => join(wal, name)),
    join(target, "pg_wal"),
  );
  for (const folder of ["archive_status", "summaries"]) await makeOwnFolder(join(target, "pg_wal", folder));
}

async function queryRow<Row>(
  admin: pg.Client,
  shape: z.ZodType<Row>,
  sql: string,
  values: unknown[] = [],
): Promise<Row> {
  const result = await admin.query(sql, values);
  return shape.parse(result.rows[0]);
}
