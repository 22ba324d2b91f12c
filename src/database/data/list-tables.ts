import type { Client } from "pg";
import * as z from "zod";

const tableSchema = z.object({
  /** Schema-qualified and quoted, like all names here. */
  table: z.string(),
  isPartitioned: z.boolean(),
  columns: z.array(z.string()),
  /** The columns of the primary key, or else of a unique index that covers every row; empty if there is neither. */
  key: z.array(z.string()),
  /** The planner's estimate, for a partitioned table over all partitions; null if it has none. */
  estimate: z.number().nullable(),
  isReadable: z.boolean(),
});
/** A table, and the key of its rows. */
export type DataTable = z.infer<typeof tableSchema>;

/** Partitions count with their table. Temporary and foreign tables, and those of extensions, are left out. */
const query = `
select format('%I.%I', n.nspname, c.relname) as table, c.relkind = 'p' as "isPartitioned",
  array(select format('%I', attname) from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped order by attnum) as columns,
  coalesce((
    select array_agg(format('%I', a.attname) order by k.place)
    from (
      select i.indkey from pg_index i
      where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indimmediate
        and i.indpred is null and i.indexprs is null
        and (i.indisprimary or not exists (
          select from unnest(i.indkey) u(attnum)
          join pg_attribute n on n.attrelid = c.oid and n.attnum = u.attnum where not n.attnotnull))
      order by i.indisprimary desc, i.indnatts, i.indexrelid limit 1
    ) i, unnest(i.indkey) with ordinality k(attnum, place)
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
  ), '{}') as key,
  planned.rows as estimate, has_table_privilege(c.oid, 'select') as "isReadable"
from pg_class c join pg_namespace n on n.oid = c.relnamespace,
lateral (
  with recursive tree as (
    select c.oid, c.relkind
    union all
    select p.oid, p.relkind from tree join pg_inherits i on i.inhparent = tree.oid join pg_class p on p.oid = i.inhrelid
    where tree.relkind = 'p'
  )
  select case when bool_and(leaf.reltuples >= 0) then sum(leaf.reltuples)::float8 end as rows
  from tree join pg_class leaf using (oid) where leaf.relkind <> 'p'
) planned
where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
order by 1`;

/**
 * Lists the tables of a database that contain rows, by name, without locking them.
 * @param client in a transaction with `neutralSettings`
 */
export async function listTables(client: Client): Promise<Map<string, DataTable>> {
  const { rows } = await client.query<Record<string, unknown>>(query);
  return new Map(
    z
      .array(tableSchema)
      .parse(rows)
      .map((table) => [table.table, table]),
  );
}

/** Reads the size of a table without indexes, in bytes, including all partitions. Waits for locks. */
export async function readSize(client: Client, { table }: DataTable): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>(
    `select pg_table_size($1::regclass)::float8
       + coalesce((select sum(pg_table_size(relid)) from pg_partition_tree($1::regclass) where isleaf and relid <> $1::regclass), 0)::float8 as bytes`,
    [table],
  );
  return rows[0]?.bytes ?? 0;
}
