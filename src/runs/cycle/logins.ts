import type { BranchName } from "../../lakebase/branches/branch-id.ts";
import type { Connection } from "../../lakebase/connection/client.ts";
import { openConnection, readLoginEndpoint } from "../../lakebase/connection/connection.ts";
import { holdCompute, type OnWait } from "../../lakebase/connection/hold-compute.ts";
import type { Lakebase } from "../../lakebase/lakebase.ts";
import { retryTrouble } from "./retry.ts";

/** A login is renewed when less than this would be left of it at the end of what it is for, in milliseconds. */
const marginMs = 60_000;

/** The logins of one branch. A password lives for an hour at most; a cycle may take longer. */
export interface Logins {
  /**
   * A login whose password opens new sessions for so long yet: the last one, or a new one.
   * @throws CoreError where none is to be had, also after several tries
   */
  lasting: (milliseconds: number) => Promise<Connection>;
  /** Runs a task while the branch's compute is kept from being suspended. */
  holding: <Result>(connection: Connection, task: () => Promise<Result>) => Promise<Result>;
  /** Every login so far: a command may print an earlier one's password. */
  used: Connection[];
}

interface LoginOptions {
  signal: AbortSignal;
  onWait: OnWait;
}

/**
 * @param first a login that works, where there is one. All later ones are to the same endpoint: under the branch's name
 *   there may be another by then.
 */
export function keepLogins(
  lakebase: Lakebase,
  branch: BranchName,
  options: LoginOptions,
  first?: Connection,
): Logins {
  const used: Connection[] = first === undefined ? [] : [first];
  const lasting = async (milliseconds: number) => {
    const last = used.at(-1);
    if (last !== undefined && Date.parse(last.expires_at) - Date.now() > milliseconds + marginMs) return last;
    const endpoint = last && readLoginEndpoint(last);
    const open = () => openConnection(lakebase, branch, { ...options, endpoint });
    const next = await retryTrouble(open, options.signal);
    used.push(next);
    return next;
  };
  const holding: Logins["holding"] = async (connection, task) => {
    const letGo = await holdCompute(lakebase, connection, options);
    return task().finally(letGo);
  };
  return { lasting, holding, used };
}
