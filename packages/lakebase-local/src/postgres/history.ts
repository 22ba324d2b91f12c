import type pg from "pg";
import * as z from "zod";

const sql = `
  WITH newest AS (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1 AS xid)
  SELECT max(pg_xact_commit_timestamp(candidate::text::xid)) AS time
  FROM newest, generate_series(greatest(3, newest.xid - 1000), newest.xid) AS candidate`;
const row = z.object({ time: z.date().nullable() });

/**
 * When a server last committed a change, from its own commit timestamps.
 * Undefined when none of its last transactions has one.
 */
export async function readLastChange(admin: pg.Client): Promise<Date | undefined> {
  const { rows } = await admin.query(sql);
  return row.parse(rows[0]).time ?? undefined;
}
