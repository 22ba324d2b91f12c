import pg from "pg";
import { adminRole } from "./names.ts";
import type { Secrets } from "./secrets.ts";

/** Opens a superuser's session, and closes it when `work` is done. */
export async function withClient<Result>(
  port: number,
  database: string,
  secrets: Secrets,
  work: (admin: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    database,
    user: adminRole,
    password: secrets.admin,
    connectionTimeoutMillis: 30_000,
  });
  // A server that dies under the session is reported by the query that was running.
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
