import { getMessage } from "../../utils/core-error.ts";
import { readErrorCode } from "../../utils/read-error-code.ts";
import { type Budget, timeLeft } from "../cli/budget.ts";
import type { Connection } from "./client.ts";
import { createClient, endClient } from "./client.ts";

export interface Refusal {
  reason: string;
  /** Whether a later attempt may succeed: the endpoint is waking, or does not know the new branch's logins yet. */
  mayPass: boolean;
  /** Whether it is about the user or the password. */
  isOfLogin: boolean;
  /** Whether the endpoint is disabled, which no connection changes. */
  isDisabled: boolean;
  /** What is used up for now: `a compute, 20 of 20 in use`. Undefined if that is not the reason. */
  waitsFor: string | undefined;
}

/** Logs in, runs one query and disconnects. Null on success. */
export async function tryLogin(connection: Connection, budget: Budget): Promise<Refusal | null> {
  const limit = Math.max(1, Math.min(10_000, timeLeft(budget)));
  const client = await createClient(connection, limit);
  try {
    await client.connect();
    await client.query("select 1");
    return null;
  } catch (error) {
    return {
      reason: getMessage(error),
      mayPass: mayPass(error),
      // The SQLSTATEs of an invalid authorization.
      isOfLogin: readSqlState(error)?.startsWith("28") === true,
      isDisabled: /\bendpoint\b.*\bdisabled\b/i.test(getMessage(error)),
      waitsFor: findExhaustedResource(error),
    };
  } finally {
    await endClient(client);
  }
}

function mayPass(error: unknown): boolean {
  const state = readSqlState(error);
  if (state !== undefined) {
    // A missing database or role attribute is permanent; anything else may be the endpoint starting up.
    return state !== "3D000" && state !== "42501";
  }
  return !/certificate|self.signed|does not support SSL/i.test(getMessage(error));
}

/**
 * Describes the resource that is in use if a login failed because too many computes are running. A project runs a
 * limited number of computes; logins to suspended ones are then refused with Postgres's too_many_connections.
 */
export function findExhaustedResource(error: unknown): string | undefined {
  if (readSqlState(error) !== "53300" || !/computes/.test(getMessage(error))) return undefined;
  const [counts] = /\d+ of \d+ in use/.exec(getMessage(error)) ?? [];
  return counts === undefined ? "a compute" : `a compute, ${counts}`;
}

/** Returns the SQLSTATE of an error from Postgres itself; undefined for a failure to reach it. */
function readSqlState(error: unknown): string | undefined {
  const code = readErrorCode(error);
  return code !== undefined && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
