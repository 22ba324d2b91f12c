import type { Pool, PoolConfig } from "pg";
import { asBranchName } from "../../lakebase/branches/branch-id.ts";
import type { Connection } from "../../lakebase/connection/client.ts";
import { openConnection } from "../../lakebase/connection/connection.ts";
import { type Lakebase, openLakebase } from "../../lakebase/lakebase.ts";
import { getProject } from "../../lakebase/projects.ts";
import { CoreError } from "../../utils/core-error.ts";
import type { QueueAddress } from "./address.ts";

/** The time for opening a session, in milliseconds: enough for a sleeping compute to wake up. */
const connectMs = 20_000;

/**
 * The time for one query, in milliseconds: far more than any takes. A connection that a network dropped without a word
 * would otherwise be waited for without end.
 */
const usualQueryMs = 120_000;

export interface PoolOptions {
  queryMs?: number;
}

/** A token is renewed when it expires in less than this, in milliseconds. */
const marginMs = 60_000;

/**
 * Opens a pool on the queue's Postgres. On Lakebase, a new session gets a new token if the last one is about to expire; a
 * session that is open outlives its token.
 * @throws CoreError as `openConnection` does
 */
export async function openPool(
  address: QueueAddress,
  lakebase: Lakebase,
  { queryMs = usualQueryMs }: PoolOptions = {},
): Promise<Pool> {
  const login =
    address.kind === "postgres" ? { connectionString: address.url } : await useLakebase(address, lakebase);
  const { Pool } = await import("pg");
  const pool = new Pool({
    ...login,
    max: 4,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: 10_000,
    query_timeout: queryMs,
    keepAlive: true,
    application_name: "lakebase-experiments",
  });
  // Without listeners, a connection that breaks while idle or between two queries would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

async function useLakebase(
  { project, branch }: Extract<QueueAddress, { kind: "lakebase" }>,
  { settings }: Lakebase,
): Promise<PoolConfig> {
  const own = openLakebase({ ...settings, project });
  const name = branch === undefined ? (await getProject(own)).default_branch : asBranchName(branch);
  if (name === null) {
    throw new CoreError("no_default_branch", `The queue's project ${project} has no default branch.`, {
      hint: "Name a branch: LAKEBASE_QUEUE_URL=lakebase://PROJECT/BRANCH.",
    });
  }
  let last: Connection = await openConnection(own, name);
  const password = async () => {
    if (Date.parse(last.expires_at) - Date.now() < marginMs) last = await openConnection(own, name);
    return last.password;
  };
  const { host, port, user, database, sslmode } = last;
  return { host, port, user, database, password, ssl: sslmode === "require" };
}
