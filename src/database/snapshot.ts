import * as z from "zod";
import { schemaObjectKinds } from "../../schemas/comparison/schema-change.ts";
import type { Connection } from "../lakebase/connection/client.ts";
import { createClient, endClient } from "../lakebase/connection/client.ts";
import { CoreError, getMessage } from "../utils/core-error.ts";
import { catalogueQuery } from "./catalogue-query.ts";

const objectSchema = z.object({
  kind: z.enum(schemaObjectKinds),
  name: z.string(),
  /** The object it is part of, as kind and name: `table public.orders`. */
  parent: z.string().nullable(),
  /** The objects its definition refers to, likewise. */
  uses: z.array(z.string()),
  aspects: z.record(z.string(), z.string()),
  /** For a column: adding it means writing to every row. */
  fills_rows: z.boolean(),
  /** For a table or a view that stores rows, without indexes; for a partitioned table, all partitions. */
  bytes: z.number().nullable(),
  rows: z.number().nullable(),
});
export type SchemaObject = z.infer<typeof objectSchema>;

/** All objects of a database's schema. */
export type SchemaSnapshot = SchemaObject[];

const timeoutMs = 30_000;

/**
 * Settings for a transaction that fix how definitions and values are written. Otherwise two sides with different
 * defaults would appear to differ.
 */
export const neutralSettings = Object.entries({
  search_path: "",
  timezone: "UTC",
  datestyle: "ISO, YMD",
  intervalstyle: "postgres",
  bytea_output: "hex",
  extra_float_digits: "1",
  lc_monetary: "C",
  quote_all_identifiers: "off",
  // Costs more than it saves for catalogue queries of any size.
  jit: "off",
  // Otherwise the server would keep reading after the client has given up.
  statement_timeout: String(timeoutMs),
})
  .map(([name, value]) => `set local ${name} = '${value}'`)
  .join("; ");

/**
 * Reads the schema of a database with a single query in a read-only transaction.
 * @throws CoreError `schema_unreadable`
 */
export async function readSchema(connection: Omit<Connection, "expires_at">): Promise<SchemaSnapshot> {
  const client = await createClient(connection, timeoutMs);
  try {
    await client.connect();
    await client.query(`begin read only; ${neutralSettings}`);
    const { rows } = await client.query<Record<string, unknown>>(catalogueQuery);
    return z.array(objectSchema).parse(rows);
  } catch (cause) {
    throw new CoreError(
      "schema_unreadable",
      `The schema of ${connection.database} at ${connection.host} could not be read: ${getMessage(cause)}`,
      { hint: "Check that the branch still exists and answers, then call again.", retryable: true, cause },
    );
  } finally {
    await endClient(client);
  }
}
