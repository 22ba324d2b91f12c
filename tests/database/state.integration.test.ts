import type { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLedgers } from "../../src/database/ledgers.ts";
import { findStateChanges, readState } from "../../src/database/state.ts";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { createBranch } from "../../src/lakebase/branches/create-branch.ts";
import { openConnection } from "../../src/lakebase/connection/connection.ts";
import { type TestBranch, testBranch } from "./database.ts";

let branch: TestBranch;
let client: Client;

beforeAll(async () => {
  branch = await testBranch("database-state", { no_expiry: true });
  client = await branch.connect();
});
afterAll(() => client.end());

/** What changes by some SQL; what it made is dropped again. */
async function movementBy(sql: string) {
  const before = await readState(branch.login);
  await client.query(sql);
  return findStateChanges(before, await readState(branch.login));
}

const still = { objects: [], rows: [], ledgers: [] };

test("an untouched database keeps its state, whatever its server does by itself", async () => {
  await client.query(
    "create table public.still (id int, at timestamptz); insert into still select g, now() from generate_series(1, 9) g",
  );
  expect(await movementBy("vacuum full still")).toEqual(still);
  await client.query("drop table still");
});

test("names changed objects, rows and ledger entries", async () => {
  await client.query(
    "create table stock (id int primary key, left_over int); insert into stock values (1, 5); create table _sqlx_migrations (version bigint, success boolean)",
  );
  expect(await movementBy("update stock set left_over = 4")).toEqual({ ...still, rows: ["public.stock"] });
  expect(await movementBy("alter table stock add note text")).toMatchObject({
    objects: ["column public.stock.note"],
    ledgers: [],
  });
  expect(await movementBy("insert into _sqlx_migrations values (7, true)")).toEqual({
    ...still,
    ledgers: ["sqlx 7"],
  });
  await client.query("drop table stock, _sqlx_migrations");
});

test("recognizes a large table by its size", async () => {
  await client.query(
    "create table large as select g as id, repeat('x', 100) as text from generate_series(1, 20000) g",
  );
  expect(
    await movementBy("insert into large select g, repeat('x', 100) from generate_series(1, 200) g"),
  ).toEqual({
    ...still,
    rows: ["public.large"],
  });
  await client.query("drop table large");
});

test("a table that refuses to be read does not keep the others from being compared", async () => {
  const password = "of-a-role-without-rights";
  await client.query(
    `create role tenant login password '${password}'; create table open (id int); grant select on open to tenant;
     create table rooms (id int); grant select on rooms to tenant; alter table rooms enable row level security;
     create policy own on rooms using (id = current_setting('app.tenant')::int); insert into rooms values (1);
     create schema closed; create table closed.off (id int); grant select on closed.off to public`,
  );
  const login = { ...branch.login, user: "tenant", password };
  const before = await readState(login);
  expect(Object.keys(before.rows)).toEqual(expect.arrayContaining(["public.open", "public.rooms"]));
  await client.query("insert into open values (1)");
  expect(findStateChanges(before, await readState(login))).toEqual({ ...still, rows: ["public.open"] });
  await client.query("drop schema closed cascade; drop table rooms, open; drop role tenant");
});

test("a fork has its parent's state, except for unlogged tables", async () => {
  await client.query(
    `create table kept as select g as id, now() as at, random() as share from generate_series(1, 50) g;
     create table large as select g as id, repeat('x', 100) as text from generate_series(1, 20000) g;
     create unlogged table cache (id int); insert into cache values (1)`,
  );
  const { lakebase, login } = branch;
  const fork = await createBranch(lakebase, {
    branch: "database-state-fork",
    parentBranch: "database-state",
    expiry: { ttl: "3600s" },
  });
  const forked = await openConnection(lakebase, asBranchName(fork.branch.branch));
  expect(findStateChanges(await readState(login), await readState(forked))).toEqual(still);
  await client.query("drop table kept, large, cache");
});

test("reads each tool's ledger in order, and lists failed entries separately", async () => {
  await client.query(`
    create schema drizzle;
    create table drizzle.__drizzle_migrations (id serial, hash text, created_at bigint);
    insert into drizzle.__drizzle_migrations (hash, created_at) values ('b', 1700000000002), ('a', 1700000000001);
    create table _prisma_migrations (migration_name text, started_at timestamptz default clock_timestamp(), finished_at timestamptz, rolled_back_at timestamptz);
    insert into _prisma_migrations values ('1_init', now(), now(), null), ('2_stuck', now(), null, null), ('3_back', now(), null, now());
    create table knex_migrations (id serial, name text, batch int);
    insert into knex_migrations (name) values ('1_init.js');
    create table pgmigrations (id serial, name text, run_on timestamp default clock_timestamp());
    insert into pgmigrations (name) values ('1_init'), ('2_more');
    create table flyway_schema_history (installed_rank int, script text, success boolean);
    insert into flyway_schema_history values (1, '<< Flyway Baseline >>', true), (2, 'V1__init.sql', true), (3, 'V2__bad.sql', false);
    create table alembic_version (version_num text);
    insert into alembic_version values ('ab12');
    create table _sqlx_migrations (version bigint, success boolean);
    insert into _sqlx_migrations values (20240101, true);
    create table goose_db_version (id serial, version_id bigint, is_applied boolean);
    insert into goose_db_version (version_id, is_applied) values (0, true), (1, true), (2, true), (2, false);
    create table schema_migrations (version text);
    insert into schema_migrations values ('20240102'), ('20240101');
    create schema other;
    create table other.schema_migrations (version bigint, dirty boolean);
    create table other.knex_migrations (unlike int);
  `);
  await client.query("begin");
  const ledgers = await readLedgers(client);
  await client.query("rollback");
  expect(Object.fromEntries(ledgers.map(({ tool, applied, failed }) => [tool, { applied, failed }]))).toEqual(
    {
      drizzle: { applied: ["1700000000001", "1700000000002"], failed: [] },
      prisma: { applied: ["1_init"], failed: ["2_stuck"] },
      knex: { applied: ["1_init.js"], failed: [] },
      "node-pg-migrate": { applied: ["1_init", "2_more"], failed: [] },
      flyway: { applied: ["V1__init.sql"], failed: ["V2__bad.sql"] },
      alembic: { applied: ["ab12"], failed: [] },
      sqlx: { applied: ["20240101"], failed: [] },
      goose: { applied: ["1"], failed: [] },
      rails: { applied: ["20240101", "20240102"], failed: [] },
    },
  );
  expect(ledgers).toHaveLength(9);
});

test("reads a ledger whose schema has dollar signs in its name, next to others of its tool", async () => {
  await client.query(
    `create schema "team$$1"; create table "team$$1".alembic_version as select 'cd34' as version_num`,
  );
  await client.query("begin");
  const ledgers = await readLedgers(client);
  await client.query("rollback");
  await client.query(`drop schema "team$$1" cascade`);
  expect(ledgers.filter(({ table }) => table.includes("team"))).toEqual([
    { tool: "alembic", table: '"team$$1".alembic_version', applied: ["cd34"], failed: [] },
  ]);
});
