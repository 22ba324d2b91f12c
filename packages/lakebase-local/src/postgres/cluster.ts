import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { LocalError } from "../local-error.ts";
import type { Binaries } from "./binaries.ts";
import { giveToPostgres, makeOwnFolder } from "./copy.ts";
import { adminRole, defaultDatabase, superuserGroup } from "./names.ts";
import { runAsPostgres } from "./run.ts";
import type { Secrets } from "./secrets.ts";

/**
 * Makes an empty Postgres data directory at a path that is not there yet.
 * @throws LocalError with what initdb said.
 */
export async function createCluster(directory: string, binaries: Binaries, secrets: Secrets): Promise<void> {
  await makeOwnFolder(directory);
  const passwordFile = `${directory}.password`;
  try {
    await writeFile(passwordFile, secrets.admin, { mode: 0o600 });
    await giveToPostgres(passwordFile);
    const { code, stderr } = await runAsPostgres(binaries.initdb, [
      `--pgdata=${directory}`,
      `--username=${adminRole}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
      "--wal-segsize=1",
      "--no-sync",
      "--no-instructions",
    ]);
    if (code !== 0) throw initdbFailed(stderr);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/**
 * Gives a new cluster the roles and the database that a Lakebase branch starts with. Nobody may grant or drop the
 * group by SQL; its members are made through the API.
 */
export async function createRolesAndDatabase(
  admin: pg.Client,
  userName: string,
  secrets: Secrets,
): Promise<void> {
  const user = pg.escapeIdentifier(userName);
  await admin.query(`
    CREATE ROLE ${superuserGroup} NOLOGIN CREATEDB CREATEROLE BYPASSRLS;
    GRANT pg_read_all_data, pg_write_all_data, pg_monitor, pg_signal_backend, pg_checkpoint, pg_maintain,
      pg_create_subscription, pg_read_all_settings, pg_read_all_stats TO ${superuserGroup} WITH ADMIN OPTION;
    CREATE ROLE ${user} LOGIN CREATEDB CREATEROLE BYPASSRLS PASSWORD ${pg.escapeLiteral(secrets.identity)};
    GRANT ${superuserGroup} TO ${user}`);
  await admin.query(`CREATE DATABASE ${defaultDatabase} OWNER ${user}`);
}

/**
 * Who may log in and how. The caller's role gives its password in clear text, since only the proxy knows it,
 * over loopback; every other role proves that it knows its own.
 */
export async function writeLoginRules(directory: string, userName: string): Promise<void> {
  const path = join(directory, "pg_hba.conf");
  const quoted = `"${userName.replaceAll('"', '""')}"`;
  await writeFile(
    path,
    `host all ${quoted} 127.0.0.1/32 password\nhost all all 127.0.0.1/32 scram-sha-256\n`,
  );
  await giveToPostgres(path);
}

function initdbFailed(stderr: string): LocalError {
  const text = stderr.trim().split("\n").slice(-3).join(" ");
  const hint = /could not look up effective user/.test(text)
    ? "Add an entry for this uid to the user database (/etc/passwd), or run as a user that has one."
    : "Check the free disk space and that the state directory can be written.";
  return new LocalError(`initdb failed: ${text}`, { hint });
}
