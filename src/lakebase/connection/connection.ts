import type { BranchName } from "../branches/branch-id.ts";
import { type Budget, openBudget, pause, retryTransient } from "../cli/budget.ts";
import { hasCode, LakebaseError } from "../cli/errors.ts";
import { askCli } from "../cli/run-cli.ts";
import type { Lakebase } from "../lakebase.ts";
import { credentialResource, userResource } from "../resources.ts";
import type { Connection } from "./client.ts";
import { awaitEndpoint, endpointDisabled, type ReadyEndpoint } from "./endpoint.ts";
import type { OnWait } from "./hold-compute.ts";
import { readWorkspaceHost } from "./identity.ts";
import { tryLogin } from "./login.ts";

interface ConnectionOptions {
  signal?: AbortSignal | undefined;
  /** For the whole operation. Default: the handle's operation_ms. */
  timeout_ms?: number | undefined;
  /** For callers that can wait until their signal: time spent waiting while all computes are in use does not count. */
  onWait?: OnWait | undefined;
  /** The branch's endpoint, if it is known. Default: it is looked up. */
  endpoint?: ReadyEndpoint | undefined;
  /** A login to that endpoint that has not been tried yet. Default: one is requested. */
  untried?: Connection | undefined;
  /** The number of logins to try; those refused because all computes are in use do not count. Default: as many as there is time for. */
  tries?: number | undefined;
  /** Called once, with the server's reason, if the first login is refused and another will be tried. */
  onRefused?: ((reason: string) => void) | undefined;
}

const database = "databricks_postgres";

/**
 * Opens a usable connection: the branch has an endpoint (created if missing), the endpoint has a host, and a fresh
 * credential logs in. Takes two CLI processes if nothing goes wrong, plus one the first time to look up the user.
 * @throws LakebaseError `endpoint_not_ready`, `host_not_ready`, `login_failed`: whichever of the three was missing;
 *   `endpoint_disabled`
 */
export async function openConnection(
  lakebase: Lakebase,
  branch: BranchName,
  options: ConnectionOptions = {},
): Promise<Connection> {
  let budget = openBudget(lakebase, options);
  const { endpoint = await findEndpoint(lakebase, branch, budget), tries = Number.POSITIVE_INFINITY } =
    options;
  let { untried } = options;
  let reason: string | null = null;
  let refused = 0;
  for (let attempt = 0; ; attempt++) {
    const connection =
      untried ??
      (await mint(lakebase, budget, endpoint).catch((error: unknown) => {
        // If time runs out between attempts, the previous refusal is more informative.
        throw reason !== null && hasCode(error, "timed_out") ? loginFailed(branch, reason, attempt) : error;
      }));
    untried = undefined;
    const refusal = await tryLogin(connection, budget);
    if (refusal?.waitsFor !== undefined || attempt > 0) options.onWait?.(refusal?.waitsFor);
    if (refusal === null) return connection;
    if (refusal.isDisabled) throw endpointDisabled(branch, endpoint);
    // Somebody else may have logged in to the profile since: the credential is then not this user's.
    if (refusal.isOfLogin && refused === 0) forgetUser(lakebase, connection.user);
    reason = refusal.reason;
    if (refusal.waitsFor !== undefined && options.onWait !== undefined)
      budget = openBudget(lakebase, options);
    if (refusal.waitsFor === undefined) refused++;
    const mayRepeat = refusal.mayPass && refused < tries;
    if (mayRepeat && attempt === 0) options.onRefused?.(reason);
    if (!mayRepeat || !(await pause(budget, attempt))) throw loginFailed(branch, refusal.reason, attempt + 1);
  }
}

async function findEndpoint(lakebase: Lakebase, branch: BranchName, budget: Budget): Promise<ReadyEndpoint> {
  const [endpoint] = await Promise.all([awaitEndpoint(lakebase, branch, budget), currentUser(lakebase)]);
  return endpoint;
}

/** Requests a login to an endpoint, in one CLI process. It has not been tried yet. */
export function requestLogin(
  lakebase: Lakebase,
  endpoint: ReadyEndpoint,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Connection> {
  return mint(lakebase, openBudget(lakebase, options), endpoint);
}

/** The endpoint that a login is to. */
export function readLoginEndpoint({ endpoint, host, port }: Connection): ReadyEndpoint {
  return { name: endpoint, host: `${host}:${port}` };
}

/** Whether a login still opens new sessions. Does not run the CLI. */
export async function canLogIn(lakebase: Lakebase, connection: Connection): Promise<boolean> {
  return (await tryLogin(connection, openBudget(lakebase))) === null;
}

/** Formats `postgresql://user:password@host:port/database?sslmode=…`, with each part percent-encoded. */
export function connectionUrl({ host, port, user, password, database, sslmode }: Connection): string {
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `postgresql://${login}@${host}:${port}/${encodeURIComponent(database)}?sslmode=${sslmode}`;
}

async function mint(lakebase: Lakebase, budget: Budget, endpoint: ReadyEndpoint): Promise<Connection> {
  const args = ["postgres", "generate-database-credential", endpoint.name];
  const call = { args };
  const [host = "", port = "5432"] = endpoint.host.split(":");
  const [{ token, expire_time }, user, api_host] = await Promise.all([
    retryTransient(budget, () => askCli(lakebase, budget, call, credentialResource)),
    currentUser(lakebase),
    isLoopback(host) ? readWorkspaceHost(lakebase) : null,
  ]);
  const sslmode = isLoopback(host) ? "disable" : "require";
  return {
    endpoint: endpoint.name,
    host,
    port: Number(port),
    user,
    password: token,
    database,
    sslmode,
    api_host,
    // If the CLI does not say, assume it has expired: callers that need more time request another.
    expires_at: expire_time ?? new Date().toISOString(),
  };
}

const isLoopback = (host: string) => host === "localhost" || host.startsWith("127.");

/**
 * Looks up the user, once per handle. Ignores the caller's signal, because others may be waiting for the same answer.
 */
export function currentUser(lakebase: Lakebase): Promise<string> {
  const { identity } = lakebase;
  identity.user ??= askUser(lakebase).catch((error: unknown) => {
    identity.user = null;
    throw error;
  });
  return identity.user;
}

function forgetUser({ identity }: Lakebase, user: string): void {
  const known = identity.user;
  void known?.then(
    (current) => {
      if (current === user && identity.user === known) identity.user = null;
    },
    () => {},
  );
}

async function askUser(lakebase: Lakebase): Promise<string> {
  const budget = openBudget(lakebase);
  const call = { args: ["current-user", "me"] };
  const { userName } = await retryTransient(budget, () => askCli(lakebase, budget, call, userResource));
  return userName;
}

function loginFailed(branch: BranchName, reason: string, attempts: number): LakebaseError {
  const tries = attempts === 1 ? "one attempt" : `${attempts} attempts, each with a new credential`;
  return new LakebaseError(
    "login_failed",
    `Branch ${branch} has a host, but no login succeeded in ${tries}: ${reason}`,
    {
      hint: "A new branch may refuse logins for a while: call again. If it persists, check that your user has a Postgres role on the parent branch.",
      retryable: true,
    },
  );
}
