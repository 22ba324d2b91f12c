import { setTimeout as sleep } from "node:timers/promises";
import { Client, DatabaseError } from "pg";
import { messageOf } from "../core-error.ts";
import { type Budget, timeLeft } from "./budget.ts";
import type { Connection } from "./connection.ts";

export interface Refusal {
  reason: string;
  /** Whether a later try may get in: the endpoint is waking, or does not know the new branch's logins yet. */
  mayPass: boolean;
}

/** Logs in, asks once and leaves. Null where that worked. */
export async function tryLogin(connection: Connection, budget: Budget): Promise<Refusal | null> {
  const { sslmode, expires_at, ...login } = connection;
  const limit = Math.max(1, Math.min(10_000, timeLeft(budget)));
  const client = new Client({
    ...login,
    // The certificate is checked: the password is a live token.
    ssl: sslmode === "require",
    connectionTimeoutMillis: limit,
    query_timeout: limit,
  });
  // Without a listener, a connection that breaks later would end the process.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("select 1");
    return null;
  } catch (error) {
    return { reason: messageOf(error), mayPass: mayPass(error) };
  } finally {
    // A server that hangs must not hold us: the socket is dropped with the client.
    await Promise.race([client.end().catch(() => {}), sleep(1_000, undefined, { ref: false })]);
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof DatabaseError) {
    // No such database or no such role attribute stays so; anything else may be the endpoint starting.
    return error.code !== "3D000" && error.code !== "42501";
  }
  return !/certificate|self.signed|does not support SSL/i.test(messageOf(error));
}
