import pg from "pg";
import type { Compute } from "../postgres/compute.ts";
import type { Secrets } from "../postgres/secrets.ts";

/** Gives the caller's role the password that the proxy knows: the role may change its own by SQL. */
export async function restorePassword(compute: Compute, userName: string, secrets: Secrets): Promise<void> {
  const [user, password] = [pg.escapeIdentifier(userName), pg.escapeLiteral(secrets.identity)];
  await compute.withAdmin("postgres", (admin) => admin.query(`ALTER ROLE ${user} PASSWORD ${password}`));
}
