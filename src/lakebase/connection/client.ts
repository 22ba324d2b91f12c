import type { Client } from "pg";
import type { Connection } from "./connection.ts";

/**
 * A Postgres client that is not connected yet. The server's certificate is checked: the password is a live token.
 * @param timeoutMs for the connection, and for each query
 */
export async function createClient(
  { sslmode, host, port, user, password, database }: Omit<Connection, "expires_at">,
  timeoutMs: number,
): Promise<Client> {
  // Loaded on first use: a server that only lists its tools starts without it.
  const { Client } = await import("pg");
  const client = new Client({
    host,
    port,
    user,
    password,
    database,
    ssl: sslmode === "require",
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    application_name: "lakebase-experiments",
  });
  // Without a listener, a connection that breaks between queries would end the process; a query that waits reports it.
  client.on("error", () => {});
  return client;
}
