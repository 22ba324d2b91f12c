import { setTimeout as sleep } from "node:timers/promises";
import { getMessage } from "../../utils/core-error.ts";
import { readErrorCode } from "../../utils/read-error-code.ts";
import { type Budget, timeLeft } from "../cli/budget.ts";
import type { Connection } from "./client.ts";
import { createClient } from "./client.ts";

export interface Refusal {
  reason: string;
  /** Whether a later try may get in: the endpoint is waking, or does not know the new branch's logins yet. */
  mayPass: boolean;
  /** What others use up, and give back: `a compute, 20 of 20 in use`. Undefined where that is not the reason. */
  waitsFor: string | undefined;
}

/** Logs in, asks once and leaves. Null where that worked. */
export async function tryLogin(connection: Connection, budget: Budget): Promise<Refusal | null> {
  const limit = Math.max(1, Math.min(10_000, timeLeft(budget)));
  const client = await createClient(connection, limit);
  try {
    await client.connect();
    await client.query("select 1");
    return null;
  } catch (error) {
    return { reason: getMessage(error), mayPass: mayPass(error), waitsFor: whatIsInUse(error) };
  } finally {
    // A server that hangs must not hold us: the socket is dropped with the client.
    await Promise.race([client.end().catch(() => {}), sleep(1_000, undefined, { ref: false })]);
  }
}

function mayPass(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) {
    // No such database or no such role attribute stays so; anything else may be the endpoint starting.
    return state !== "3D000" && state !== "42501";
  }
  return !/certificate|self.signed|does not support SSL/i.test(getMessage(error));
}

/**
 * A project runs a limited number of computes; the others stay suspended, and logins to them are refused with an error
 * of Postgres, too_many_connections.
 */
export function whatIsInUse(error: unknown): string | undefined {
  if (sqlState(error) !== "53300" || !/computes/.test(getMessage(error))) return undefined;
  const [counts] = /\d+ of \d+ in use/.exec(getMessage(error)) ?? [];
  return counts === undefined ? "a compute" : `a compute, ${counts}`;
}

/** What Postgres itself answered, as an SQLSTATE; undefined for a failure on the way to it. */
function sqlState(error: unknown): string | undefined {
  const code = readErrorCode(error);
  return code !== undefined && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
