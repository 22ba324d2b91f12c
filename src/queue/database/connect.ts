import type { Pool, PoolClient } from "pg";
import type PgBoss from "pg-boss";
import type { Context } from "../../context.ts";
import { CoreError, getMessage } from "../../utils/core-error.ts";
import { parseQueueUrl } from "./address.ts";
import { openPool, type PoolOptions } from "./pool.ts";
import { bossSchema, createTables } from "./tables.ts";

/** Runs SQL on the pool or in a transaction. */
export interface Sql {
  query: (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>;
}

/** An open queue. */
export interface Queue {
  sql: Sql;
  boss: PgBoss;
  /** Runs a task in one transaction. */
  transact: <Result>(task: (sql: Sql) => Promise<Result>) => Promise<Result>;
  close: () => Promise<void>;
}

/**
 * Opens the queue that `LAKEBASE_QUEUE_URL` names, and creates its tables if they are missing. pg-boss is loaded only
 * here.
 * @throws CoreError `invalid_queue_url`, `queue_not_installed`, `queue_unreachable`, and whatever `openPool` throws
 */
export async function openQueue(
  { lakebase }: Pick<Context, "lakebase">,
  url: string,
  options?: PoolOptions,
): Promise<Queue> {
  const address = parseQueueUrl(url);
  const Boss = await loadBoss();
  const pool = await openPool(address, lakebase, options);
  const sql: Sql = { query: (text, values) => queryPool(pool, text, values) };
  const transactHere: Queue["transact"] = (task) => transact(pool, task);
  const boss = new Boss({
    db: openBoss(sql),
    schema: bossSchema,
    // What it would do on its own schedule is done when a worker looks, so that an idle queue's compute can sleep.
    supervise: false,
    schedule: false,
  });
  boss.on("error", () => {});
  try {
    // Two processes that create the tables at once would conflict.
    await transactHere(async ({ query }) => {
      await query("select pg_advisory_xact_lock(hashtext('lakebase_queue.tables'))");
      await boss.start();
      await query(createTables);
    });
  } catch (cause) {
    await pool.end().catch(() => {});
    throw unreachable(cause);
  }
  return {
    ...{ sql, boss },
    transact: transactHere,
    close: async () => {
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
}

/** Creates pg-boss's queue for each tag, unless it exists: creating one locks tables that others are using. */
export async function ensureQueues({ boss, transact }: Queue, names: readonly string[]): Promise<void> {
  const missing: string[] = [];
  for (const name of names) if ((await boss.getQueue(name)) === null) missing.push(name);
  if (missing.length === 0) return;
  await transact(async ({ query }) => {
    await query("select pg_advisory_xact_lock(hashtext('lakebase_queue.tables'))");
    for (const name of missing) await boss.createQueue(name);
  });
}

/** Lets pg-boss use a connection or transaction of ours. */
export function openBoss(sql: Sql): PgBoss.Db {
  return { executeSql: (text, values) => sql.query(text, values) };
}

/** Turns an error of the queue's Postgres into one that says what to do. Its message never contains the URL. */
function unreachable(cause: unknown): CoreError {
  if (cause instanceof CoreError) return cause;
  return new CoreError("queue_unreachable", `The queue's database failed: ${getMessage(cause)}`, {
    hint: "Check LAKEBASE_QUEUE_URL and that the database is up, then call again.",
    retryable: true,
    cause,
  });
}

/** @throws CoreError `queue_not_installed` */
export async function loadBoss() {
  try {
    return (await import("pg-boss")).default;
  } catch (cause) {
    throw new CoreError("queue_not_installed", "LAKEBASE_QUEUE_URL is set, but pg-boss is not installed.", {
      hint: "Run npm install pg-boss@10.4.2 where lakebase-experiments is installed, or unset LAKEBASE_QUEUE_URL.",
      cause,
    });
  }
}

async function queryPool(pool: Pool, text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
  const client = await connect(pool);
  let isBroken = true;
  try {
    const result = await client.query(text, values);
    isBroken = false;
    return result;
  } catch (cause) {
    throw unreachable(cause);
  } finally {
    // After several statements, it may still be in a failed transaction.
    client.release(isBroken);
  }
}

async function transact<Result>(pool: Pool, task: (sql: Sql) => Promise<Result>): Promise<Result> {
  const client = await connect(pool);
  let isBroken = true;
  const query: Sql["query"] = (text, values) =>
    client.query(text, values).catch((cause: unknown) => {
      throw unreachable(cause);
    });
  try {
    await query("begin");
    const result = await task({ query });
    await query("commit");
    isBroken = false;
    return result;
  } finally {
    // Ending the session rolls back what was not committed.
    client.release(isBroken);
  }
}

function connect(pool: Pool): Promise<PoolClient> {
  return pool.connect().catch((cause: unknown) => {
    throw unreachable(cause);
  });
}
