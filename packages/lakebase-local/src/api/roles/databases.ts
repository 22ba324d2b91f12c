import { randomUUID } from "node:crypto";
import pg from "pg";
import * as z from "zod";
import { ApiError, badRequest, invalid, notFound } from "../api-error.ts";
import { parseBody, parseMask } from "../body.ts";
import { checkPostgresId, idFromName } from "../names.ts";
import { empty, type Operation } from "../operations.ts";
import { takePage } from "../pages.ts";
import { type ApiRequest, findBranch, idAt, type Platform } from "../platform.ts";
import { type BranchPlace, branchName } from "../store.ts";
import { readRoles, translateRefusals } from "./postgres-roles.ts";

const databaseBody = z.object({
  spec: z.object({ postgres_database: z.string().optional(), role: z.string().optional() }).optional(),
});

/** A database as Postgres has it, with the ids that it and its owner go by in the API. */
interface Database {
  id: string;
  name: string;
  ownerId: string;
}

const listSql = `
  SELECT datname AS name, pg_get_userbyid(datdba) AS owner FROM pg_database
  WHERE NOT datistemplate AND datname <> 'postgres' ORDER BY datname`;
const listRows = z.array(z.object({ name: z.string(), owner: z.string() }));

export async function getDatabase(platform: Platform, request: ApiRequest): Promise<object> {
  const place = findBranch(platform, request);
  return viewDatabase(place, await findDatabase(platform, place, idAt(request, 2)));
}

export async function listDatabases(platform: Platform, request: ApiRequest): Promise<object> {
  const place = findBranch(platform, request);
  const views = (await readDatabases(platform, place)).map((database) => viewDatabase(place, database));
  return takePage("databases", views, request.query);
}

export async function createDatabase(platform: Platform, request: ApiRequest): Promise<Operation> {
  const place = findBranch(platform, request);
  const id = request.query.get("database_id") || `database-${randomUUID().slice(0, 8)}`;
  checkPostgresId("database_id", id);
  const { spec } = parseBody(request.body, databaseBody);
  if (!spec?.role) {
    throw invalid(`Field 'database.spec.role' is required, expected non-default value (not "")!`);
  }
  const owner = await findOwnerName(platform, place, spec.role);
  const name = spec.postgres_database ?? id.replaceAll("-", "_");
  const taken = (await readDatabases(platform, place)).find(
    (database) => database.name === name || database.id === id,
  );
  if (taken) {
    if (request.query.get("replace_existing") !== "true" || taken.id !== id) {
      throw badRequest("database with that name already exists");
    }
    return change(platform, place, taken, { name, owner });
  }
  return platform.operations.start(formatResource(place, id), "database", async () => {
    await run(platform, place, [
      `CREATE DATABASE ${pg.escapeIdentifier(name)} OWNER ${pg.escapeIdentifier(owner)}`,
    ]);
    await remember(platform, place, name, id);
    return showDatabase(platform, place, id);
  });
}

export async function updateDatabase(platform: Platform, request: ApiRequest): Promise<Operation> {
  const place = findBranch(platform, request);
  const mask = parseMask(request.query, ["spec", "spec.postgres_database", "spec.role"]);
  const { spec } = parseBody(request.body, databaseBody);
  if (!spec) throw invalid("Field 'database.spec' is required.");
  const database = await findDatabase(platform, place, idAt(request, 2));
  const has = (path: string) => mask.has("spec") || mask.has(path);
  return change(platform, place, database, {
    name: (has("spec.postgres_database") && spec.postgres_database) || database.name,
    ...(has("spec.role") && spec.role && { owner: await findOwnerName(platform, place, spec.role) }),
  });
}

export async function deleteDatabase(platform: Platform, request: ApiRequest): Promise<Operation> {
  const place = findBranch(platform, request);
  const database = await findDatabase(platform, place, idAt(request, 2));
  return platform.operations.start(formatResource(place, database.id), "database", async () => {
    await run(platform, place, [`DROP DATABASE ${pg.escapeIdentifier(database.name)} WITH (FORCE)`]);
    return empty;
  });
}

function change(
  platform: Platform,
  place: BranchPlace,
  database: Database,
  { name, owner }: { name: string; owner?: string },
): Operation {
  const [before, after] = [pg.escapeIdentifier(database.name), pg.escapeIdentifier(name)];
  return platform.operations.start(formatResource(place, database.id), "database", async () => {
    await run(platform, place, [
      ...(owner === undefined ? [] : [`ALTER DATABASE ${before} OWNER TO ${pg.escapeIdentifier(owner)}`]),
      ...(before === after ? [] : [`ALTER DATABASE ${before} RENAME TO ${after}`]),
    ]);
    await remember(platform, place, name, database.id);
    return showDatabase(platform, place, database.id);
  });
}

async function readDatabases(platform: Platform, place: BranchPlace): Promise<Database[]> {
  const roles = await readRoles(platform, place);
  const compute = platform.computes.of(place.branch.uid);
  const rows = await compute.withAdmin("postgres", async (admin) => (await admin.query(listSql)).rows);
  return listRows.parse(rows).map(({ name, owner }) => ({
    id: place.branch.database_ids[name] ?? idFromName(name),
    name,
    ownerId: roles.find((role) => role.name === owner)?.id ?? idFromName(owner),
  }));
}

async function findDatabase(platform: Platform, place: BranchPlace, id: string): Promise<Database> {
  const database = (await readDatabases(platform, place)).find((candidate) => candidate.id === id);
  if (!database) throw notFound("database");
  return database;
}

/** The Postgres role that a resource name of a role stands for. */
async function findOwnerName(platform: Platform, place: BranchPlace, resource: string): Promise<string> {
  const id = resource.split("/").at(-1) ?? "";
  const role = (await readRoles(platform, place)).find((candidate) => candidate.id === id);
  if (role) return role.name;
  throw new ApiError(404, "NOT_FOUND", `role not found; role_id:"${id}" [TraceId: ${randomUUID()}]`);
}

/** CREATE and DROP DATABASE cannot be part of a transaction, so each statement goes by itself. */
async function run(platform: Platform, { branch }: BranchPlace, statements: string[]): Promise<void> {
  await translateRefusals(() =>
    platform.computes.of(branch.uid).withAdmin("postgres", async (admin) => {
      for (const statement of statements) await admin.query(statement);
    }),
  );
}

async function remember({ store }: Platform, place: BranchPlace, name: string, id: string): Promise<void> {
  const branch = store.branchByUid(place.branch.uid) ?? place.branch;
  const others = Object.entries(branch.database_ids).filter(([, known]) => known !== id);
  await store.saveBranch({ ...branch, database_ids: { ...Object.fromEntries(others), [name]: id } });
}

async function showDatabase(
  platform: Platform,
  { project, branch }: BranchPlace,
  id: string,
): Promise<object> {
  const place = platform.store.branch(project.project_id, branch.branch_id);
  return viewDatabase(place, await findDatabase(platform, place, id));
}

function viewDatabase(place: BranchPlace, { id, name, ownerId }: Database): object {
  const parent = branchName(place.project, place.branch);
  return {
    database_id: id,
    name: formatResource(place, id),
    parent,
    status: { database_id: id, postgres_database: name, role: `${parent}/roles/${ownerId}` },
  };
}

function formatResource({ project, branch }: BranchPlace, id: string): string {
  return `${branchName(project, branch)}/databases/${id}`;
}
