import type { Client } from "pg";
import { readErrorCode } from "../utils/read-error-code.ts";

/** Tables up to this size are hashed row by row; for larger ones the size stands for the rows. In bytes. */
const readUpTo = 2 ** 20;

/**
 * Fingerprints the rows of each table, to detect changes: a hash over all rows of a small table, the size of a large
 * one. The result does not depend on the server, so a fork has the same fingerprints as its parent.
 * @param client in a transaction with `neutralSettings`
 * @param except tables to leave out, schema-qualified
 */
export async function fingerprintTables(
  client: Client,
  except: readonly string[],
): Promise<Record<string, string>> {
  const { rows } = await client.query<{ table: string; bytes: string }>(
    `select format('%I.%I', n.nspname, c.relname) as table, pg_relation_size(c.oid) as bytes
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and c.relpersistence = 'p' and has_table_privilege(c.oid, 'select')
       and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
     order by 1`,
  );
  const fingerprints: Record<string, string> = {};
  await client.query("savepoint hashing");
  for (const { table, bytes } of rows.filter((row) => !except.includes(row.table)))
    fingerprints[table] = Number(bytes) > readUpTo ? `${bytes} bytes` : await hashRows(client, table);
  return fingerprints;
}

async function hashRows(client: Client, table: string): Promise<string> {
  try {
    const { rows } = await client.query<{ mark: string }>(
      `select count(*) || '-' || coalesce(sum(hashtextextended(row::text, 0)::numeric), 0) as mark from ${table} row`,
    );
    return rows[0]?.mark ?? "";
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await client.query("rollback to savepoint hashing");
    return "unreadable";
  }
}

/** By SQLSTATE: a schema or policy that this login may not pass, not a server that is in trouble or ran out of time. */
function isRefusal(error: unknown): boolean {
  return /^(?!08|53|57|58|XX)[0-9A-Z]{5}$/.test(readErrorCode(error) ?? "");
}
