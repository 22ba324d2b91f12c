import type { Client } from "pg";
import * as z from "zod";
import { type Ledger, ledgerTools } from "../../schemas/promotion/ledger.ts";

interface LedgerTable {
  table: string;
  /** Selects each `entry` and whether it is `applied`, in the tool's order; `$table` stands for the table. */
  query: string;
}

/**
 * Where each tool records what it has applied. Sources: the tools' own create statements, in drizzle-orm's
 * `pg-core/dialect`, prisma's schema engine, knex's `table-resolver`, node-pg-migrate's `runner`, flyway's
 * `PostgreSQLDatabase`, alembic's `runtime/migration`, sqlx's `postgres/migrate`, goose's `dialect/postgres` and rails'
 * `schema_migration`.
 */
const tables: Record<Ledger["tool"], LedgerTable> = {
  drizzle: {
    table: "__drizzle_migrations",
    query: "select created_at::text as entry, true as applied from $table order by created_at",
  },
  prisma: {
    table: "_prisma_migrations",
    query:
      "select migration_name as entry, finished_at is not null as applied from $table where rolled_back_at is null order by started_at",
  },
  knex: { table: "knex_migrations", query: "select name as entry, true as applied from $table order by id" },
  "node-pg-migrate": {
    table: "pgmigrations",
    query: "select name as entry, true as applied from $table order by run_on, id",
  },
  flyway: {
    table: "flyway_schema_history",
    query:
      "select script as entry, success as applied from $table where script !~ '^<<' order by installed_rank",
  },
  alembic: {
    table: "alembic_version",
    query: "select version_num as entry, true as applied from $table order by 1",
  },
  sqlx: {
    table: "_sqlx_migrations",
    query: "select version::text as entry, success as applied from $table order by version",
  },
  goose: {
    table: "goose_db_version",
    query: `select version_id::text as entry, true as applied from (
        select distinct on (version_id) version_id, is_applied from $table where version_id > 0 order by version_id, id desc
      ) last where is_applied`,
  },
  rails: {
    table: "schema_migrations",
    query: "select version::text as entry, true as applied from $table order by 1",
  },
};

const entriesSchema = z.array(z.object({ entry: z.string(), applied: z.boolean() }));

/**
 * Reads the migration ledgers of a database. A table that merely has the same name as one is skipped.
 * @param client in a transaction
 */
export async function readLedgers(client: Client): Promise<Ledger[]> {
  const names = ledgerTools.map((tool) => tables[tool].table);
  const { rows } = await client.query<{ name: string; table: string }>(
    `select c.relname as name, format('%I.%I', n.nspname, c.relname) as table
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and c.relname = any($1)
       -- golang-migrate has a table of the same name as rails', but only records the last version.
       and not exists (select from pg_attribute where attrelid = c.oid and attname = 'dirty')
     order by 2`,
    [names],
  );
  const ledgers: Ledger[] = [];
  for (const { name, table } of rows) {
    const tool = ledgerTools.find((each) => tables[each].table === name);
    const entries =
      tool &&
      (await readEntries(
        client,
        tables[tool].query.replace("$table", () => table),
      ));
    if (tool === undefined || entries === undefined) continue;
    const list = (applied: boolean) =>
      entries.filter((each) => each.applied === applied).map(({ entry }) => entry);
    ledgers.push({ tool, table, applied: list(true), failed: list(false) });
  }
  return ledgers;
}

async function readEntries(client: Client, query: string) {
  await client.query("savepoint reading");
  try {
    return entriesSchema.parse((await client.query(query)).rows);
  } catch {
    await client.query("rollback to savepoint reading");
    return undefined;
  }
}
