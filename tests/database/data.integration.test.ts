import type { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TableDifference } from "../../schemas/comparison/data-difference.ts";
import { compareData } from "../../src/database/data/compare-data.ts";
import { type TestBranch, testBranch } from "./database.ts";

let parent: TestBranch;
let fork: TestBranch;
let client: Client;

/** What both sides begin with. */
const before = `
  create table same (id int primary key, at timestamptz);
  insert into same select g, now() from generate_series(1, 5) g;
  create table orders (id int primary key, note text);
  insert into orders select g, 'secret ' || g from generate_series(1, 10) g;
  create table "we ird" ("a b" text not null, c uuid not null, d json, unique (c, "a b"));
  insert into "we ird" select 'x', gen_random_uuid(), '{"a": 1}' from generate_series(1, 3);
  create table plain (a int);
  insert into plain values (1), (1), (2);
  create table plain_same (a int);
  insert into plain_same values (1), (1), (2);
  create table nullable (a int unique, b int);
  insert into nullable values (null, 1);
  create table rekeyed (a int primary key, b int not null);
  insert into rekeyed values (1, 1);
  create table widened (id int primary key, a int);
  insert into widened values (1, 1), (2, 2);
  create table parts (id int, day int, primary key (id, day)) partition by list (day);
  create table parts_1 partition of parts for values in (1);
  create table parts_2 partition of parts for values in (2);
  insert into parts values (1, 1), (2, 2);
  create table base (id int primary key);
  create table child () inherits (base);
  insert into base values (1);
  insert into child values (2), (3);
  create table gone (id int primary key);
  insert into gone values (1), (2);
  create table many (id int primary key, a int);
  insert into many select g, g from generate_series(1, 60000) g;
  create table large (id int primary key, a text);
  alter table large alter a set storage external;
  insert into large select g, repeat('x', 4000) from generate_series(1, 9000) g;
  create table locked (id int primary key);
  insert into locked values (1);
  analyze;
`;

/** What the fork does to it. */
const after = `
  delete from orders where id = 1;
  update orders set note = 'changed' where id in (2, 3, 4);
  insert into orders values (11, 'new'), (12, null);
  update "we ird" set d = '{"a": 2}' where ctid = (select min(ctid) from "we ird");
  insert into plain values (3);
  update nullable set b = 2;
  alter table rekeyed drop constraint rekeyed_pkey, add primary key (b);
  alter table widened add b int not null default 7;
  update parts set day = 1 where id = 2;
  insert into child values (4);
  drop table gone;
  create table made (id int primary key);
  insert into made select generate_series(1, 4);
  update many set a = 0 where id = 7;
  update large set a = 'y' where id = 7;
`;

beforeAll(async () => {
  parent = await testBranch("data-parent", { no_expiry: true });
  const setup = await parent.connect();
  await setup.query(before);
  await setup.end();
  fork = await testBranch("data-fork", { ttl: "3600s" }, "data-parent");
  client = await fork.connect();
});
afterAll(() => client?.end());

/** For all tables together, also on a busy machine. */
const limitMs = 300_000;

async function compare(): Promise<Record<string, Omit<TableDifference, "table">>> {
  const { tables } = await compareData(parent.login, fork.login, { limitMs });
  return Object.fromEntries(tables.map(({ table, ...rest }) => [table, rest]));
}

test("finds no difference in a fork that nobody has changed", async () => {
  const alike = await compare();
  expect(alike["public.same"]).toEqual({
    ...{ from_rows: 5, to_rows: 5, exact: true, differs: false },
    ...{ added: 0, removed: 0, changed: 0 },
  });
  expect(Object.values(alike).filter(({ differs }) => differs === true)).toEqual([]);
});

test("counts added, removed and changed rows by key, and says why a table cannot be compared", async () => {
  await client.query(after);
  const locking = await fork.connect();
  await locking.query("begin; lock table locked in access exclusive mode");
  const { tables } = await compareData(parent.login, fork.login, { limitMs });
  await locking.end();

  const counted = { exact: true, differs: true };
  expect(Object.fromEntries(tables.map(({ table, ...rest }) => [table, rest]))).toEqual({
    "public.orders": { ...counted, from_rows: 10, to_rows: 11, added: 2, removed: 1, changed: 3 },
    'public."we ird"': { ...counted, from_rows: 3, to_rows: 3, added: 0, removed: 0, changed: 1 },
    "public.parts": { ...counted, from_rows: 2, to_rows: 2, added: 1, removed: 1, changed: 0 },
    "public.child": { ...counted, from_rows: 2, to_rows: 3, not_compared: "no_key" },
    "public.plain": { ...counted, from_rows: 3, to_rows: 4, not_compared: "no_key" },
    "public.nullable": { ...counted, from_rows: 1, to_rows: 1, not_compared: "no_key" },
    "public.many": { ...counted, from_rows: 60_000, to_rows: 60_000, not_compared: "too_large" },
    "public.gone": { exact: true, from_rows: 2, to_rows: null, not_compared: "one_side_only" },
    "public.made": { exact: true, from_rows: null, to_rows: 4, not_compared: "one_side_only" },
    "public.large": { exact: false, from_rows: 9000, to_rows: 9000, not_compared: "too_large" },
    "public.locked": { exact: false, from_rows: 1, to_rows: 1, not_compared: "unreadable" },
    "public.rekeyed": { exact: true, differs: false, from_rows: 1, to_rows: 1, not_compared: "other_key" },
    "public.plain_same": { exact: true, differs: false, from_rows: 3, to_rows: 3, not_compared: "no_key" },
    ...Object.fromEntries(
      [
        ["public.same", 5],
        ["public.widened", 2],
        ["public.base", 1],
      ].map(([table, rows]) => [
        table,
        { exact: true, differs: false, from_rows: rows, to_rows: rows, added: 0, removed: 0, changed: 0 },
      ]),
    ),
  });
  const order = tables.map(({ differs, not_compared }) =>
    differs === true || not_compared === "one_side_only"
      ? "differs"
      : differs === undefined
        ? "unknown"
        : "alike",
  );
  expect(order).toEqual(order.toSorted((a, b) => rank(a) - rank(b)));
  expect(JSON.stringify(tables)).not.toContain("secret");
});

const rank = (what: string) => ["differs", "unknown", "alike"].indexOf(what);

test("estimates tables when time runs out", async () => {
  const { tables } = await compareData(parent.login, fork.login, { limitMs: -1 });
  expect(tables.find(({ table }) => table === "public.many")).toEqual({
    ...{ table: "public.many", from_rows: 60_000, to_rows: 60_000, exact: false },
    not_compared: "no_time_left",
  });
  expect(tables.every(({ exact }) => !exact)).toBe(true);
});

test("reports why a branch does not answer, and stops when the call is cancelled", async () => {
  const gone = { ...fork.login, port: 1 };
  await expect(compareData(parent.login, gone)).rejects.toMatchObject({ code: "database_unreadable" });
  const signal = AbortSignal.abort(new Error("given up"));
  await expect(compareData(parent.login, fork.login, { signal })).rejects.toThrow("given up");
});
