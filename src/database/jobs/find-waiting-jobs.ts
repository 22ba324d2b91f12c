import type { Client } from "pg";
import * as z from "zod";
import type { Connection } from "../../lakebase/connection/client.ts";
import { createClient, endClient } from "../../lakebase/connection/client.ts";
import { CoreError, getMessage } from "../../utils/core-error.ts";
import { queueTables } from "./queue-tables.ts";

const timeoutMs = 5_000;

/** The jobs in a queue's table that a worker would take. */
export interface WaitingJobs {
  /** The queue's name as its users know it. */
  queue: string;
  /** Schema-qualified. */
  table: string;
  /** At most `mostCounted`, which means that many or more. */
  count: number;
  /** The SQL statement that deletes them. */
  empty: string;
}

/** Counting stops here. */
export const mostCounted = 10_000;

/**
 * Finds the job queues in a database that have waiting jobs. A table that merely has the same name as one is skipped.
 * @throws CoreError `database_unreadable`
 */
export async function findWaitingJobs(connection: Connection): Promise<WaitingJobs[]> {
  const client = await createClient(connection, timeoutMs);
  try {
    await client.connect();
    await client.query(
      `begin read only; set local statement_timeout = ${timeoutMs}; set local lock_timeout = 1000`,
    );
    return await readQueues(client);
  } catch (cause) {
    throw new CoreError(
      "database_unreadable",
      `The job queues in ${connection.database} at ${connection.host} could not be read: ${getMessage(cause)}`,
      {
        hint: "Check that the branch answers, then call again.",
        retryable: true,
        cause,
      },
    );
  } finally {
    await endClient(client);
  }
}

async function readQueues(client: Client): Promise<WaitingJobs[]> {
  const waiting: WaitingJobs[] = [];
  for (const { name, table, columns } of await findTables(client)) {
    const own = queueTables.find(
      (each) => each.table === name && each.columns.every((column) => columns.includes(column)),
    );
    const count = own === undefined ? 0 : await countJobs(client, `${table} where ${own.waiting}`);
    if (own === undefined || count === 0) continue;
    waiting.push({ queue: own.queue, table, count, empty: `delete from ${table} where ${own.waiting}` });
  }
  return waiting;
}

const tableSchema = z.object({ name: z.string(), table: z.string(), columns: z.array(z.string()) });

async function findTables(client: Client) {
  const { rows } = await client.query<Record<string, unknown>>(
    `select c.relname as name, format('%I.%I', n.nspname, c.relname) as table,
       array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and c.relname = any($1)
     order by 2`,
    [queueTables.map(({ table }) => table)],
  );
  return z.array(tableSchema).parse(rows);
}

const countSchema = z.tuple([z.object({ count: z.coerce.number() })]);

/** Counts jobs; 0 if they cannot be counted because the table is locked or may not be read. */
async function countJobs(client: Client, jobs: string): Promise<number> {
  await client.query("savepoint counting");
  try {
    const { rows } = await client.query<Record<string, unknown>>(
      `select count(*) as count from (select from ${jobs} limit ${mostCounted}) job`,
    );
    return countSchema.parse(rows)[0].count;
  } catch {
    await client.query("rollback to savepoint counting");
    return 0;
  }
}
