import type { Experiment } from "../../experiments/experiments.ts";
import type { Connection } from "../../lakebase/connection/client.ts";
import { connectionUrl } from "../../lakebase/connection/connection.ts";
import { withoutGitVariables } from "../../utils/git-variables.ts";
import type { Environment } from "./expand-variables.ts";
import { withFreshResults } from "./fresh-results.ts";

/**
 * Variables that a command must not inherit: our own secrets, and libpq's variables for other databases, such as
 * PGHOSTADDR, which would connect it to something other than the experiment's branch.
 */
const notInherited =
  /^(DATABRICKS_TOKEN|DATABRICKS_CLIENT_SECRET|ARM_CLIENT_SECRET|LAKEBASE_QUEUE_URL|PG[A-Z]+)$/;

/** Inherited variables whose value a command may need but that must not appear in an artifact. */
const secretName = /TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY/i;

/** A URL that contains a password. */
const secretUrl = /^[a-z][a-z0-9+.-]*:\/\/[^\s/@]*:[^\s/@]+@/i;

/** In characters. A shorter value is likely to be a common word, such as a development password. */
const shortestInherited = 12;

/** What a plan's command gets in its environment in addition to the experiment's variables. */
export interface CommandFacts {
  experiment: Experiment;
  cycleId: string;
  /** A tag of the plan, `setup` or `prepare`. */
  tag: string;
  /** Absolute. */
  artifactsDirectory: string;
  /** The ports leased for the cycle. */
  ports: readonly number[];
}

/** Builds the environment of one command of a plan. */
export function buildCommandEnvironment(connection: Connection, facts: CommandFacts): Record<string, string> {
  const shared = buildExperimentEnvironment(connection, facts.experiment);
  return {
    ...(isSuite(facts.tag) ? withFreshResults(shared, facts.artifactsDirectory) : shared),
    CYCLE_ID: facts.cycleId,
    EXPERIMENT_TAG: facts.tag,
    ARTIFACTS_DIR: facts.artifactsDirectory,
    ...Object.fromEntries(facts.ports.map((port, index) => [namePort(index), String(port)])),
  };
}

/** Whether a command is one that measures. @param tag as in the facts */
export function isSuite(tag: string): boolean {
  return tag !== "setup" && tag !== "prepare";
}

/** `PORT`, `PORT_1`, `PORT_2`, … */
const namePort = (index: number) => (index === 0 ? "PORT" : `PORT_${index}`);

/** Builds the environment of any command on an experiment's branch. */
export function buildExperimentEnvironment(
  connection: Connection,
  { workspace, branch, feature_id, experiment_slug }: Experiment,
): Record<string, string> {
  return {
    ...withDriverLogin(Object.fromEntries(listInherited()), connection),
    DATABASE_URL: connectionUrl(connection),
    PGHOST: connection.host,
    PGPORT: String(connection.port),
    PGUSER: connection.user,
    PGPASSWORD: connection.password,
    PGDATABASE: connection.database,
    PGSSLMODE: connection.sslmode,
    LAKEBASE_BRANCH: branch,
    LAKEBASE_ENDPOINT: connection.endpoint,
    MAIN_CHECKOUT: workspace,
    FEATURE_ID: feature_id,
    EXPERIMENT_SLUG: experiment_slug,
  };
}

/**
 * Sets the login of Databricks' own drivers, which ask an API for each password. On the emulator that is the branch's
 * login, and never this machine's workspace login.
 */
function withDriverLogin(
  inherited: Record<string, string>,
  { api_host, password }: Connection,
): Record<string, string> {
  if (api_host === null) return inherited;
  const kept = Object.entries(inherited).filter(([name]) => !/^(DATABRICKS|ARM)_/.test(name));
  const login = { DATABRICKS_HOST: api_host, DATABRICKS_TOKEN: password, DATABRICKS_AUTH_TYPE: "pat" };
  return { ...Object.fromEntries(kept), ...login };
}

/**
 * Lists what must not be written to disk: these logins, and other secrets in the environment they were used in, by
 * default the one every command inherits.
 */
export function listSecrets(
  connections: readonly Connection[],
  environment: Environment = Object.fromEntries(listInherited()),
): string[] {
  const passwords = connections.map(({ password }) => password);
  const forms = passwords.flatMap((password) => [password, encodeURIComponent(password)]);
  const hasLogin = (value: string) => forms.some((form) => value.includes(form));
  const others = Object.entries(environment)
    .filter(([name, value]) => secretName.test(name) || secretUrl.test(value) || hasLogin(value))
    .map(([, value]) => value)
    .filter((value) => value.length >= shortestInherited);
  return [...connections.map(connectionUrl), ...passwords, ...others];
}

function listInherited(): [string, string][] {
  return Object.entries(withoutGitVariables(process.env)).filter(([name]) => !notInherited.test(name));
}
