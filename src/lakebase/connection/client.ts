import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import * as z from "zod";

/** A login. The password is an OAuth token that lives for at most an hour; it is never stored. */
export const connectionSchema = z.object({
  /** The endpoint's resource path. */
  endpoint: z.string(),
  host: z.string(),
  port: z.number(),
  user: z.string(),
  password: z.string(),
  database: z.string(),
  sslmode: z.enum(["require", "disable"]),
  /** RFC 3339: until when the password can open new sessions. Open sessions continue. */
  expires_at: z.string(),
  /**
   * The URL of the emulator's API, which accepts the password as a token for further credentials. Null on Lakebase,
   * where that requires a workspace login.
   */
  api_host: z.string().nullable(),
});
export type Connection = z.infer<typeof connectionSchema>;

/** How long a server has to end a session, in milliseconds. */
const endMs = 1_000;

/** The sockets of clients, which a server that hangs would keep open. */
const sockets = new WeakMap<Client, Socket>();

/**
 * Creates a Postgres client that is not connected yet. The server's certificate is verified, because the password is a
 * live token.
 * @param timeoutMs for the connection, and for each query
 */
export async function createClient(
  { sslmode, host, port, user, password, database }: Omit<Connection, "expires_at">,
  timeoutMs: number,
): Promise<Client> {
  // Loaded on first use, so that a server that only lists its tools starts without it.
  const { Client } = await import("pg");
  const socket = new Socket();
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
    stream: () => socket,
  });
  // Without a listener, a connection that breaks between queries would end the process; a pending query reports the
  // error itself.
  client.on("error", () => {});
  sockets.set(client, socket);
  return client;
}

/** Ends a session, or what has come of it. Does not wait for a server that hangs, or is no longer reached. */
export async function endClient(client: Client): Promise<void> {
  await Promise.race([client.end().catch(() => {}), sleep(endMs, undefined, { ref: false })]);
  sockets.get(client)?.destroy();
}
