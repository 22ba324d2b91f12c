import type { BranchName } from "../../../lakebase/branches/branch-id.ts";
import type { Connection } from "../../../lakebase/connection/client.ts";
import { openConnection, readLoginEndpoint } from "../../../lakebase/connection/connection.ts";
import { type HeldCompute, holdCompute, type OnWait } from "../../../lakebase/connection/hold-compute.ts";
import { findExhaustedResource } from "../../../lakebase/connection/login.ts";
import type { Lakebase } from "../../../lakebase/lakebase.ts";
import { CoreError } from "../../../utils/core-error.ts";
import { retryWithBackoff } from "./retry-with-backoff.ts";

/** A login is renewed if less than this would remain at the end of its use, in milliseconds. */
const marginMs = 60_000;

/** The logins of one branch. A password lives for at most an hour; a cycle may take longer. */
export interface Logins {
  /**
   * Returns a login whose password opens new sessions for at least this long: the last one, or a new one.
   * @throws CoreError if none can be obtained, after several attempts
   */
  lasting: (milliseconds: number) => Promise<Connection>;
  /**
   * Returns a new login, which the next one to ask for a login gets too.
   * @throws CoreError if none can be obtained
   */
  renew: () => Promise<Connection>;
  /** Runs a task while keeping the branch's compute from being suspended, and lets it know whether that worked so far. */
  holding: <Result>(
    connection: Connection,
    task: (isHeld: HeldCompute["isHeld"]) => Promise<Result>,
  ) => Promise<Result>;
  /** Reads something in a single session. Where all computes are in use, it waits for one. */
  reading: <Result>(
    connection: Connection,
    read: (connection: Connection) => Promise<Result>,
  ) => Promise<Result>;
  /** Every login so far, because a command may print an earlier password. */
  used: Connection[];
}

interface LoginOptions {
  signal: AbortSignal;
  onWait: OnWait;
  /** Called with each new login. */
  onLogin?: ((login: Connection) => void) | undefined;
}

/**
 * @param first a login that works, if there is one. All later ones use the same endpoint, because the branch's name
 *   may refer to a different one by then.
 */
export function keepLogins(
  lakebase: Lakebase,
  branch: BranchName,
  options: LoginOptions,
  first?: Connection,
): Logins {
  const used: Connection[] = first === undefined ? [] : [first];
  const renew = async () => {
    const last = used.at(-1);
    const endpoint = last && readLoginEndpoint(last);
    const next = await openConnection(lakebase, branch, { ...options, endpoint });
    used.push(next);
    options.onLogin?.(next);
    return next;
  };
  const lasting = async (milliseconds: number) => {
    const last = used.at(-1);
    if (last !== undefined && Date.parse(last.expires_at) - Date.now() > milliseconds + marginMs) return last;
    return retryWithBackoff(renew, options.signal);
  };
  const holding: Logins["holding"] = async (connection, task) => {
    const { isHeld, letGo } = await holdCompute(lakebase, connection, options);
    return task(isHeld).finally(letGo);
  };
  const reading: Logins["reading"] = async (connection, read) => {
    try {
      return await read(connection);
    } catch (error) {
      const cause = error instanceof CoreError ? error.cause : error;
      if (findExhaustedResource(cause) === undefined) throw error;
      return holding(connection, () => read(connection));
    }
  };
  return { lasting, renew, holding, reading, used };
}
