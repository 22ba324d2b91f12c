import { randomUUID } from "node:crypto";
import pg from "pg";
import * as z from "zod";
import { superuserGroup } from "../../postgres/names.ts";
import { makeSecret } from "../../postgres/secrets.ts";
import { badRequest, invalid } from "../api-error.ts";
import { parseBody, parseMask } from "../body.ts";
import { checkPostgresId } from "../names.ts";
import { empty, type Operation } from "../operations.ts";
import { takePage } from "../pages.ts";
import { type ApiRequest, findBranch, idAt, type Platform } from "../platform.ts";
import { type BranchPlace, branchName } from "../store.ts";
import { dropRole, findRole, type Role, readRoles, translateRefusals } from "./postgres-roles.ts";

const attributes = ["createdb", "createrole", "bypassrls"] as const;

const roleBody = z.object({
  spec: z
    .object({
      postgres_role: z.string().optional(),
      identity_type: z.enum(["USER", "SERVICE_PRINCIPAL", "GROUP", "IDENTITY_TYPE_UNSPECIFIED"]).optional(),
      auth_method: z.enum(["LAKEBASE_OAUTH_V1", "PG_PASSWORD_SCRAM_SHA_256", "NO_LOGIN"]).optional(),
      attributes: z
        .object({
          createdb: z.boolean().optional(),
          createrole: z.boolean().optional(),
          bypassrls: z.boolean().optional(),
        })
        .optional(),
      membership_roles: z.array(z.enum(["DATABRICKS_SUPERUSER"])).optional(),
    })
    .optional(),
});
type RoleSpec = NonNullable<z.infer<typeof roleBody>["spec"]>;

export async function getRole(platform: Platform, request: ApiRequest): Promise<object> {
  const place = findBranch(platform, request);
  return viewRole(platform, place, await findRole(platform, place, idAt(request, 2)));
}

export async function listRoles(platform: Platform, request: ApiRequest): Promise<object> {
  const place = findBranch(platform, request);
  const roles = await readRoles(platform, place);
  const views = roles.map((role) => viewRole(platform, place, role));
  return takePage("roles", views, request.query);
}

export async function createRole(platform: Platform, request: ApiRequest): Promise<Operation> {
  const place = findBranch(platform, request);
  const roleId = request.query.get("role_id") || `role-${randomUUID().slice(0, 8)}`;
  checkPostgresId("role_id", roleId);
  const { spec } = parseBody(request.body, roleBody);
  if (!spec) throw invalid("Field 'role' is required.");
  const name = spec.postgres_role ?? roleId;
  const taken = (await readRoles(platform, place)).find((role) => role.name === name || role.id === roleId);
  if (taken && (request.query.get("replace_existing") !== "true" || taken.id !== roleId)) {
    throw badRequest("role with that name already exists");
  }
  return platform.operations.start(formatResource(place, roleId), "role", async () => {
    const user = pg.escapeIdentifier(taken?.name ?? name);
    await asAdmin(platform, place, async (admin) => {
      if (!taken) await admin.query(`CREATE ROLE ${user} PASSWORD ${pg.escapeLiteral(makeSecret())}`);
      // What a replacing spec leaves out is taken away.
      await applySpec(admin, taken?.name ?? name, {
        auth_method: spec.auth_method ?? "PG_PASSWORD_SCRAM_SHA_256",
        membership_roles: spec.membership_roles ?? [],
        attributes: { createdb: false, createrole: false, bypassrls: false, ...spec.attributes },
      });
    });
    await remember(platform, place, taken?.name ?? name, roleId, spec);
    return showRole(platform, place, roleId);
  });
}

export async function updateRole(platform: Platform, request: ApiRequest): Promise<Operation> {
  const place = findBranch(platform, request);
  const fields = ["postgres_role", "auth_method", "membership_roles", "attributes"] as const;
  const leaves = attributes.map((attribute) => `spec.attributes.${attribute}`);
  const mask = parseMask(request.query, ["spec", ...fields.map((field) => `spec.${field}`), ...leaves]);
  const { spec } = parseBody(request.body, roleBody);
  if (!spec) throw invalid("Field 'role.spec' is required.");
  const role = await findRole(platform, place, idAt(request, 2));
  const has = (path: string) => mask.has("spec") || mask.has(path);
  const picked = attributes.filter((name) => has("spec.attributes") || mask.has(`spec.attributes.${name}`));
  const change: RoleSpec = {
    ...(has("spec.auth_method") && spec.auth_method && { auth_method: spec.auth_method }),
    ...(has("spec.membership_roles") && { membership_roles: spec.membership_roles ?? [] }),
    attributes: Object.fromEntries(picked.map((name) => [name, spec.attributes?.[name] ?? false])),
  };
  const renamed = has("spec.postgres_role") && spec.postgres_role ? spec.postgres_role : role.name;
  return platform.operations.start(formatResource(place, role.id), "role", async () => {
    await asAdmin(platform, place, async (admin) => {
      await applySpec(admin, role.name, change);
      if (renamed === role.name) return;
      await admin.query(
        `ALTER ROLE ${pg.escapeIdentifier(role.name)} RENAME TO ${pg.escapeIdentifier(renamed)}`,
      );
    });
    await remember(platform, place, renamed, role.id, {});
    return showRole(platform, place, role.id);
  });
}

export async function deleteRole(platform: Platform, request: ApiRequest): Promise<Operation> {
  const place = findBranch(platform, request);
  const role = await findRole(platform, place, idAt(request, 2));
  if (role.name === platform.userName) throw badRequest("cannot delete the role of the project's owner");
  const heirName = request.query.get("reassign_owned_to");
  const heir = heirName ? await findRole(platform, place, heirName.split("/").at(-1) ?? "") : undefined;
  return platform.operations.start(formatResource(place, role.id), "role", async () => {
    await translateRefusals(() => dropRole(platform.computes.of(place.branch.uid), role.name, heir?.name));
    await forget(platform, place, role.name);
    return empty;
  });
}

/** A role after a change of the branch's record. */
async function showRole(platform: Platform, { project, branch }: BranchPlace, id: string): Promise<object> {
  const place = platform.store.branch(project.project_id, branch.branch_id);
  return viewRole(platform, place, await findRole(platform, place, id));
}

/** Changes what the spec states and leaves the rest. */
async function applySpec(admin: pg.Client, name: string, spec: RoleSpec): Promise<void> {
  const user = pg.escapeIdentifier(name);
  const words = attributes
    .filter((attribute) => spec.attributes?.[attribute] !== undefined)
    .map((attribute) => (spec.attributes?.[attribute] ? attribute : `NO${attribute}`));
  if (spec.auth_method !== undefined) words.push(spec.auth_method === "NO_LOGIN" ? "NOLOGIN" : "LOGIN");
  if (words.length > 0) await admin.query(`ALTER ROLE ${user} ${words.join(" ")}`);
  if (spec.membership_roles === undefined) return;
  const isMember = spec.membership_roles.includes("DATABRICKS_SUPERUSER");
  await admin.query(
    isMember ? `GRANT ${superuserGroup} TO ${user}` : `REVOKE ${superuserGroup} FROM ${user}`,
  );
}

/** Runs SQL as superuser; what Postgres refuses is refused to the caller. */
function asAdmin(
  platform: Platform,
  { branch }: BranchPlace,
  work: (admin: pg.Client) => Promise<void>,
): Promise<void> {
  return translateRefusals(() => platform.computes.of(branch.uid).withAdmin("postgres", work));
}

/** Keeps what Postgres cannot: the id and the kind of identity. */
async function remember(
  { store }: Platform,
  place: BranchPlace,
  name: string,
  id: string,
  spec: RoleSpec,
): Promise<void> {
  const branch = store.branchByUid(place.branch.uid) ?? place.branch;
  const known = Object.values(branch.roles).find(({ role_id }) => role_id === id);
  const identity = spec.identity_type ?? known?.identity_type;
  const others = Object.entries(branch.roles).filter(([, known]) => known.role_id !== id);
  const entry = { role_id: id, ...(identity && { identity_type: identity }) };
  await store.saveBranch({ ...branch, roles: { ...Object.fromEntries(others), [name]: entry } });
}

/** A later role of the same name is another one. */
async function forget({ store }: Platform, place: BranchPlace, name: string): Promise<void> {
  const branch = store.branchByUid(place.branch.uid) ?? place.branch;
  const { [name]: _gone, ...roles } = branch.roles;
  await store.saveBranch({ ...branch, roles });
}

function viewRole(platform: Platform, place: BranchPlace, role: Role): object {
  const known = place.branch.roles[role.name];
  const identity =
    role.name === platform.userName ? "USER" : (known?.identity_type ?? "IDENTITY_TYPE_UNSPECIFIED");
  const method = identity === "IDENTITY_TYPE_UNSPECIFIED" ? "PG_PASSWORD_SCRAM_SHA_256" : "LAKEBASE_OAUTH_V1";
  return {
    role_id: role.id,
    name: formatResource(place, role.id),
    parent: branchName(place.project, place.branch),
    status: {
      role_id: role.id,
      postgres_role: role.name,
      identity_type: identity,
      auth_method: role.canLogin ? method : "NO_LOGIN",
      attributes: { createdb: role.createdb, createrole: role.createrole, bypassrls: role.bypassrls },
      ...(role.isSuperuserMember && { membership_roles: ["DATABRICKS_SUPERUSER"] }),
    },
  };
}

function formatResource({ project, branch }: BranchPlace, roleId: string): string {
  return `${branchName(project, branch)}/roles/${roleId}`;
}
