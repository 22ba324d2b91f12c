import type { Experiment } from "../experiments/experiments.ts";
import { type Connection, connectionUrl } from "../lakebase/connection.ts";

/** Variables of ours that a command must not inherit, nor print. */
const lakebaseSecrets = ["DATABRICKS_TOKEN", "DATABRICKS_CLIENT_SECRET", "ARM_CLIENT_SECRET"];

export interface CommandScope {
  experiment: Experiment;
  cycleId: string;
  /** A tag of the plan, or `setup`. */
  tag: string;
  /** Absolute. */
  artifactsDirectory: string;
}

/** The environment of one command of one experiment. */
export function commandEnvironment(connection: Connection, scope: CommandScope): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !lakebaseSecrets.includes(name));
  return {
    ...Object.fromEntries(inherited.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    DATABASE_URL: connectionUrl(connection),
    PGHOST: connection.host,
    PGPORT: String(connection.port),
    PGUSER: connection.user,
    PGPASSWORD: connection.password,
    PGDATABASE: connection.database,
    PGSSLMODE: connection.sslmode,
    LAKEBASE_BRANCH: scope.experiment.branch,
    FEATURE_ID: scope.experiment.feature_id,
    EXPERIMENT_SLUG: scope.experiment.experiment_slug,
    CYCLE_ID: scope.cycleId,
    EXPERIMENT_TAG: scope.tag,
    ARTIFACTS_DIR: scope.artifactsDirectory,
  };
}

/** What must not reach a disk, of the environment above. */
export function secretsOf(connection: Connection): string[] {
  return [connectionUrl(connection), connection.password];
}
