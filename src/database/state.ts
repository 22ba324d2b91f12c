import type { DatabaseState } from "../../schemas/promotion/database-state.ts";
import type { Connection } from "../lakebase/connection/client.ts";
import { createClient, endClient } from "../lakebase/connection/client.ts";
import { CoreError, getMessage } from "../utils/core-error.ts";
import { readLedgers } from "./ledgers.ts";
import { hashObjects } from "./objects.ts";
import { neutralSettings, readSchema } from "./snapshot.ts";
import { fingerprintTables } from "./table-fingerprints.ts";

const timeoutMs = 60_000;

/**
 * Reads the current state of a database, so that changes can be detected later. WAL positions and transaction ids would
 * not do: both advance on their own, with checkpoints, vacuums and restarts of the compute.
 * @throws CoreError `database_unreadable`, `schema_unreadable`
 */
export async function readState(connection: Connection): Promise<DatabaseState> {
  const objects = hashObjects(await readSchema(connection));
  const client = await createClient(connection, timeoutMs);
  try {
    await client.connect();
    await client.query(`begin isolation level repeatable read read only; ${neutralSettings}`);
    const ledgers = await readLedgers(client);
    const rows = await fingerprintTables(
      client,
      ledgers.map(({ table }) => table),
    );
    return { objects, rows, ledgers };
  } catch (cause) {
    throw new CoreError(
      "database_unreadable",
      `The tables of ${connection.database} at ${connection.host} could not be read: ${getMessage(cause)}`,
      { hint: "Check that the branch still exists and answers, then call again.", retryable: true, cause },
    );
  } finally {
    await endClient(client);
  }
}

/** What has changed in a database: objects as kind and name, tables, and ledger entries as tool and entry. */
export interface StateChanges {
  objects: string[];
  rows: string[];
  ledgers: string[];
}

export function findStateChanges(before: DatabaseState, now: DatabaseState): StateChanges {
  return {
    objects: findDifferingKeys(before.objects, now.objects),
    rows: findDifferingKeys(before.rows, now.rows),
    ledgers: [...new Set(findDifferingKeys(listEntries(before), listEntries(now)).map(withoutTable))],
  };
}

/** A tool may have a ledger in each of several schemas. No name in Postgres contains a NUL. */
function listEntries({ ledgers }: DatabaseState): Record<string, string> {
  return Object.fromEntries(
    ledgers.flatMap(({ tool, table, applied, failed }) => [
      ...applied.map((entry) => [`${table}\0${tool} ${entry}`, "applied"]),
      ...failed.map((entry) => [`${table}\0${tool} ${entry}`, "failed"]),
    ]),
  );
}

const withoutTable = (key: string) => key.slice(key.indexOf("\0") + 1);

function findDifferingKeys(before: Record<string, string>, now: Record<string, string>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((key) => before[key] !== now[key])
    .sort();
}
