import type { Client } from "pg";

/** Tables up to this size are read row by row, in bytes; of a larger one the size stands for its rows. */
const readUpTo = 2 ** 20;

/**
 * What tells whether the rows of a table have changed, by table: a hash over all rows of a small one, the size of a
 * large one. It does not depend on the server, so that a fork has the marks that its parent had.
 * @param client in a transaction with `neutralSettings`
 * @param except tables, with their schemas, that are left out
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
  const marks: Record<string, string> = {};
  for (const { table, bytes } of rows.filter((row) => !except.includes(row.table)))
    marks[table] = Number(bytes) > readUpTo ? `${bytes} bytes` : await hashRows(client, table);
  return marks;
}

async function hashRows(client: Client, table: string): Promise<string> {
  const { rows } = await client.query<{ mark: string }>(
    `select count(*) || '-' || coalesce(sum(hashtextextended(row::text, 0)::numeric), 0) as mark from ${table} row`,
  );
  return rows[0]?.mark ?? "";
}
