import type { Pool, PoolConfig } from "pg";
import { asBranchName } from "../../lakebase/branches/branch-id.ts";
import type { Connection } from "../../lakebase/connection/client.ts";
import { openConnection } from "../../lakebase/connection/connection.ts";
import { type Lakebase, openLakebase } from "../../lakebase/lakebase.ts";
import { getProject } from "../../lakebase/projects.ts";
import { CoreError } from "../../utils/core-error.ts";
import type { QueueAddress } from "./address.ts";

/** For a connection, in milliseconds: a sleeping compute wakes within it. */
const connectMs = 20_000;

/** A password is renewed when less than this is left of it, in milliseconds. */
const marginMs = 60_000;

/** The queue's Postgres. */
export interface QueuePool {
  pool: Pool;
  /** As `host:port`, to tell whether two connections lead to one database. */
  host: string;
}

/**
 * Opens a pool on the queue's Postgres. On Lakebase each new session logs in with a token of its own where the last one
 * is about to expire.
 * @throws CoreError as `openConnection` does
 */
export async function openPool(address: QueueAddress, lakebase: Lakebase): Promise<QueuePool> {
  const login = address.kind === "postgres" ? useUrl(address.url) : await useLakebase(address, lakebase);
  const { Pool } = await import("pg");
  const pool = new Pool({
    ...login.config,
    max: 4,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: 10_000,
    application_name: "lakebase-experiments",
  });
  // Without a listener, a connection that breaks while nobody uses it would end the process.
  pool.on("error", () => {});
  return { pool, host: login.host };
}

function useUrl(connectionString: string): { config: PoolConfig; host: string } {
  const { hostname, port } = new URL(connectionString);
  return { config: { connectionString }, host: `${hostname}:${port === "" ? 5432 : port}` };
}

async function useLakebase(
  { project, branch }: Extract<QueueAddress, { kind: "lakebase" }>,
  { settings }: Lakebase,
): Promise<{ config: PoolConfig; host: string }> {
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
  return {
    config: { host, port, user, database, password, ssl: sslmode === "require" },
    host: `${host}:${port}`,
  };
}
