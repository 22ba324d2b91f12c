import pg from "pg";
import * as z from "zod";
import type { Compute } from "../../postgres/compute.ts";
import { adminRole, superuserGroup } from "../../postgres/names.ts";
import { badRequest, notFound } from "../api-error.ts";
import { idFromName } from "../names.ts";
import type { Platform } from "../platform.ts";
import type { BranchPlace } from "../store.ts";

const roleRow = z.object({
  name: z.string(),
  canLogin: z.boolean(),
  createdb: z.boolean(),
  createrole: z.boolean(),
  bypassrls: z.boolean(),
  isSuperuserMember: z.boolean(),
});

/** A role as Postgres has it, with the id it goes by in the API. */
export type Role = z.infer<typeof roleRow> & { id: string };

const listSql = `
  SELECT rolname AS name, rolcanlogin AS "canLogin", rolcreatedb AS createdb, rolcreaterole AS createrole,
    rolbypassrls AS bypassrls, EXISTS (
      SELECT FROM pg_auth_members WHERE member = r.oid AND roleid = '${superuserGroup}'::regrole
    ) AS "isSuperuserMember"
  FROM pg_roles r
  WHERE rolname !~ '^pg_' AND rolname NOT IN ('${adminRole}', '${superuserGroup}')
  ORDER BY rolname`;

/** The roles of a branch, those made by SQL included; its server is woken to ask. */
export async function readRoles({ computes }: Platform, { branch }: BranchPlace): Promise<Role[]> {
  const rows = await computes
    .of(branch.uid)
    .withAdmin("postgres", async (admin) => (await admin.query(listSql)).rows);
  return z
    .array(roleRow)
    .parse(rows)
    .map((role) => ({ ...role, id: branch.roles[role.name]?.role_id ?? idFromName(role.name) }));
}

/** @throws ApiError when the branch has no role by that id. */
export async function findRole(platform: Platform, place: BranchPlace, roleId: string): Promise<Role> {
  const role = (await readRoles(platform, place)).find(({ id }) => id === roleId);
  if (!role) throw notFound("role");
  return role;
}

/** Drops a role; what it owns in any database goes to the heir, or keeps the role from being dropped. */
export async function dropRole(compute: Compute, name: string, heir: string | undefined): Promise<void> {
  const role = pg.escapeIdentifier(name);
  if (heir !== undefined) {
    const databases = await compute.withAdmin("postgres", async (admin) => {
      const { rows } = await admin.query("SELECT datname FROM pg_database WHERE datallowconn");
      return z.array(z.object({ datname: z.string() })).parse(rows);
    });
    for (const { datname } of databases) {
      await compute.withAdmin(datname, async (admin) => {
        await admin.query(`REASSIGN OWNED BY ${role} TO ${pg.escapeIdentifier(heir)}`);
        await admin.query(`DROP OWNED BY ${role}`);
      });
    }
  }
  await compute.withAdmin("postgres", async (admin) => void (await admin.query(`DROP ROLE ${role}`)));
}

/** Runs SQL; what Postgres refuses becomes a refusal of the API with Postgres' own words. */
export async function translateRefusals<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    throw badRequest(error.detail ? `${error.message}: ${error.detail}` : error.message);
  }
}
