import type { Client } from "pg";

/** A login that worked. The password is an OAuth token that lives for an hour at most; it is never stored. */
export interface Connection {
  /** The resource path of the endpoint. */
  endpoint: string;
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  sslmode: "require" | "disable";
  /** RFC 3339: until when the password opens new sessions. Open ones go on. */
  expires_at: string;
  /**
   * The URL of the API that takes the password as a token for more of the same: the emulator's. Null on Lakebase, where
   * only a login to the workspace is good for that.
   */
  api_host: string | null;
}

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
