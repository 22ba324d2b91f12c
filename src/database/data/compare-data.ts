import type { Client } from "pg";
import type { DataDifference, TableDifference } from "../../../schemas/comparison/data-difference.ts";
import type { Connection } from "../../lakebase/connection/client.ts";
import { createClient, endClient } from "../../lakebase/connection/client.ts";
import { CoreError, getMessage } from "../../utils/core-error.ts";
import { neutralSettings } from "../snapshot.ts";
import { compareTable, countOneSided, estimateRows } from "./compare-table.ts";
import { type DataTable, listTables } from "./list-tables.ts";

/** For all tables together, and for a single query. */
const allMs = 20_000;
const queryMs = 8_000;

const settings = [
  neutralSettings,
  `set local statement_timeout = ${queryMs}`,
  "set local lock_timeout = 1000",
  // Otherwise, rows hidden by a policy would look as if they did not exist.
  "set local row_security = off",
].join("; ");

/**
 * Compares the rows of two databases, table by table, within limits of time and memory. Beyond those, returns the
 * planner's estimates.
 * @param limitMs for all tables together, in milliseconds
 * @throws CoreError `database_unreadable`; the signal's reason
 */
export async function compareData(
  from: Connection,
  to: Connection,
  { signal, limitMs = allMs }: { signal?: AbortSignal | undefined; limitMs?: number } = {},
): Promise<DataDifference> {
  await using sides = await openSides(from, to);
  try {
    const [before, now] = await Promise.all(sides.clients.map(listTables));
    const names = [...new Set([...(before?.keys() ?? []), ...(now?.keys() ?? [])])].sort();
    const end = performance.now() + limitMs;
    const tables: TableDifference[] = [];
    for (const name of names) {
      signal?.throwIfAborted();
      const isLate = performance.now() > end;
      tables.push(await compareSides(name, sides, before?.get(name), now?.get(name), isLate));
    }
    return { tables: tables.sort((a, b) => rank(a) - rank(b)) };
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreadable(cause);
  }
}

/** Ranks tables that differ first, then those for which it is unknown. */
function rank({ differs, not_compared }: TableDifference): number {
  if (differs === true || not_compared === "one_side_only") return 0;
  return differs === undefined ? 1 : 2;
}

interface Sides extends AsyncDisposable {
  clients: [Client, Client];
}

async function openSides(from: Connection, to: Connection): Promise<Sides> {
  const clients: Sides["clients"] = [
    await createClient(from, queryMs * 2),
    await createClient(to, queryMs * 2),
  ];
  const end = async () => {
    await Promise.all(clients.map(endClient));
  };
  try {
    await Promise.all(
      clients.map(async (client) => {
        await client.connect();
        await client.query(`begin isolation level repeatable read read only; ${settings}`);
      }),
    );
  } catch (cause) {
    await end();
    throw unreadable(cause);
  }
  return { clients, [Symbol.asyncDispose]: end };
}

async function compareSides(
  name: string,
  { clients: [first, second] }: Sides,
  before: DataTable | undefined,
  now: DataTable | undefined,
  isLate: boolean,
): Promise<TableDifference> {
  const estimated = estimateRows(name, before, now);
  if (isLate) return { ...estimated, not_compared: "no_time_left" };
  if (before?.isReadable === false || now?.isReadable === false)
    return { ...estimated, not_compared: "unreadable" };
  const both = (query: string) => Promise.all([first.query(query), second.query(query)]);
  await both("savepoint reading");
  try {
    if (before === undefined || now === undefined)
      return await countOneSided({ client: first, table: before }, { client: second, table: now });
    return await compareTable({ from: { client: first, table: before }, to: { client: second, table: now } });
  } catch {
    // If the other side's query is still running, this waits for it.
    await both("rollback to savepoint reading");
    return { ...estimated, not_compared: "unreadable" };
  }
}

function unreadable(cause: unknown): CoreError {
  if (cause instanceof CoreError) return cause;
  return new CoreError("database_unreadable", `The tables could not be read: ${getMessage(cause)}`, {
    hint: "Check that both branches still exist and answer, then call again.",
    retryable: true,
    cause,
  });
}
