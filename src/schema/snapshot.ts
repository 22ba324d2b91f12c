import * as z from "zod";
import { schemaObjectKinds } from "../../schemas/schema-change.ts";
import { CoreError, messageOf } from "../core-error.ts";
import { createClient } from "../lakebase/client.ts";
import type { Connection } from "../lakebase/connection.ts";
import { catalogueQuery } from "./catalogue-query.ts";

const objectSchema = z.object({
  kind: z.enum(schemaObjectKinds),
  name: z.string(),
  /** The table that it is a part of. */
  parent: z.string().nullable(),
  aspects: z.record(z.string(), z.string()),
  /** Of a table, without its indexes. */
  bytes: z.number().nullable(),
  rows: z.number().nullable(),
});
export type SchemaObject = z.infer<typeof objectSchema>;

/** All objects of a database's schema. */
export type SchemaSnapshot = SchemaObject[];

const timeoutMs = 30_000;

/** Definitions are spelled by these: two sides with defaults of their own would differ for nothing. */
const neutralSettings =
  "set local search_path = ''; set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'";

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
      `The schema of ${connection.database} at ${connection.host} could not be read: ${messageOf(cause)}`,
      { hint: "Check that the branch answers (list_branches), then call again.", retryable: true, cause },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
