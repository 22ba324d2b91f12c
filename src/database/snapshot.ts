import * as z from "zod";
import { schemaObjectKinds } from "../../schemas/comparison/schema-change.ts";
import type { Connection } from "../lakebase/connection/client.ts";
import { createClient } from "../lakebase/connection/client.ts";
import { CoreError, getMessage } from "../utils/core-error.ts";
import { catalogueQuery } from "./catalogue-query.ts";

const objectSchema = z.object({
  kind: z.enum(schemaObjectKinds),
  name: z.string(),
  /** The object that it is a part of, as kind and name: `table public.orders`. */
  parent: z.string().nullable(),
  /** The objects that its definition names, likewise. */
  uses: z.array(z.string()),
  aspects: z.record(z.string(), z.string()),
  /** Of a column: to add it is to write into every row. */
  fills_rows: z.boolean(),
  /** Of a table or a view that keeps rows, without indexes; of a partitioned table, all its partitions. */
  bytes: z.number().nullable(),
  rows: z.number().nullable(),
});
export type SchemaObject = z.infer<typeof objectSchema>;

/** All objects of a database's schema. */
export type SchemaSnapshot = SchemaObject[];

const timeoutMs = 30_000;

/**
 * Definitions and values are spelled by these, for a transaction: two sides with defaults of their own would differ for
 * nothing.
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
  // Costs more than it saves on a catalogue of any size.
  jit: "off",
  // Else the server reads on for nobody after the client has given up.
  statement_timeout: String(timeoutMs),
})
  .map(([name, value]) => `set local ${name} = '${value}'`)
  .join("; ");

/**
 * The schema of a database, by one query in one read-only transaction.
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
      { hint: "Check that the branch answers (list_branches), then call again.", retryable: true, cause },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
