import * as z from "zod";
import { type Connection, createClient, endClient } from "./client.ts";

const connectMs = 10_000;

const rowSchema = z.object({ milliseconds: z.number() });

/** Returns for how long a compute has been running, in milliseconds; undefined if the login does not work. */
export async function readUptime(login: Connection): Promise<number | undefined> {
  const client = await createClient(login, connectMs);
  try {
    await client.connect();
    const { rows } = await client.query(
      "select (1000 * extract(epoch from clock_timestamp() - pg_postmaster_start_time()))::float8 as milliseconds",
    );
    return rowSchema.parse(rows[0]).milliseconds;
  } catch {
    return undefined;
  } finally {
    await endClient(client);
  }
}
