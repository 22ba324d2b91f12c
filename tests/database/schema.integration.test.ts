import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { diffSchemas } from "../../src/database/diff.ts";
import { readSchema, type SchemaSnapshot } from "../../src/database/snapshot.ts";
import { summarizeChanges } from "../../src/database/summary.ts";
import { type TestBranch, testBranch } from "./database.ts";

let before: SchemaSnapshot;
let after: SchemaSnapshot;
let login: TestBranch["login"];
let run: (database: string, sql: string[]) => Promise<void>;

beforeAll(async () => {
  const branch = await testBranch("schema-tests");
  login = branch.login;
  run = async (database, sql) => {
    const client = await branch.connect(database);
    for (const statement of sql) await client.query(statement);
    await client.end();
  };
  await run(login.database, ["create database schema_before"]);
  await run("schema_before", await statements("before.sql"));
  await run(login.database, ["create database schema_after template schema_before"]);
  await run("schema_after", await statements("after.sql"));
  before = await readSchema({ ...login, database: "schema_before" });
  after = await readSchema({ ...login, database: "schema_after" });
});

async function statements(file: string): Promise<string[]> {
  const text = await readFile(new URL(file, import.meta.url), "utf8");
  return text.split(/;\n/).filter((statement) => statement.trim() !== "");
}

describe("diffSchemas", () => {
  it("finds every planted change and nothing else", () => {
    const found = diffSchemas(before, after).map((each) => `${each.change} ${each.kind} ${each.object}`);
    expect(found).toEqual([
      "changed column shop.customers.email",
      "changed column shop.customers.note",
      "removed column shop.orders.obsolete",
      "added column shop.orders.remark",
      "changed column shop.orders.state",
      "added column shop.orders.token",
      "changed column shop.orders.total",
      "removed comment table column shop.orders.total",
      "changed comment table shop.orders",
      "added constraint shop.orders.capped",
      "removed constraint shop.orders.positive",
      "added extension hstore",
      "changed foreign_key shop.orders.orders_customer_id_fkey",
      "changed function shop.add(integer, integer)",
      "added function shop.add(text)",
      "removed index shop.orders_state",
      "added index shop.orders_total",
      "changed policy shop.orders.own",
      "added schema audit",
      "changed sequence shop.ticket",
      "added table shop.added",
      "changed table shop.customers",
      "removed table shop.dropped",
      "added table shop.events_2027",
      "changed trigger shop.orders.touch",
      "changed type shop.money",
      "changed type shop.percent",
      "changed type shop.state",
      "removed view shop.daily",
      "changed view shop.paid",
    ]);
  });

  it("finds the reverse changes from the other side", () => {
    const opposite = { added: "removed", removed: "added", changed: "changed" } as const;
    const back = diffSchemas(after, before).map(
      (each) => `${opposite[each.change]} ${each.kind} ${each.object}`,
    );
    expect(back).toEqual(
      diffSchemas(before, after).map((each) => `${each.change} ${each.kind} ${each.object}`),
    );
  });

  it.each<[string, Record<string, { from: string | null; to: string | null }>]>([
    ["column shop.customers.email", { nullable: { from: "no", to: "yes" } }],
    ["column shop.orders.total", { type: { from: "integer", to: "bigint" } }],
    ["column shop.orders.state", { default: { from: "'open'::shop.state", to: "'paid'::shop.state" } }],
    ["type shop.state", { labels: { from: "'open', 'paid'", to: "'open', 'paid', 'sent'" } }],
    ["policy shop.orders.own", { using: { from: "true", to: "(id > 0)" } }],
    ["table shop.customers", { row_security: { from: "disabled", to: "enabled" } }],
    ["comment table shop.orders", { text: { from: "what was bought", to: "what was sold" } }],
  ])("describes the change of %s", (object, aspects) => {
    const found = diffSchemas(before, after).find((each) => `${each.kind} ${each.object}` === object);
    expect(found?.aspects).toEqual(aspects);
  });

  it("lists the parts of a new table with it", () => {
    const added = diffSchemas(before, after).find((each) => each.object === "shop.added");
    expect(added?.contains).toEqual([
      "column id integer; nullable no; default nextval('shop.added_id_seq'::regclass)",
      "column label text",
      "comment table shop.added; text new",
      "constraint added_pkey PRIMARY KEY (id)",
      "sequence shop.added_id_seq integer; cache 1; cycle false; range 1..2147483647; start 1; owned_by shop.added.id; increment 1",
    ]);
  });

  it("marks only changes that lock, rewrite or drop", () => {
    const risks = diffSchemas(before, after).flatMap((each) =>
      (each.risks ?? []).map((risk) => `${each.object}: ${risk.effect} ${risk.table}`),
    );
    expect(risks).toEqual([
      "shop.orders.obsolete: drops_data shop.orders",
      "shop.orders.token: rewrites_table shop.orders",
      "shop.orders.total: rewrites_table shop.orders",
      "shop.orders.capped: scans_table shop.orders",
      "shop.orders.capped: blocks_all shop.orders",
      "shop.orders.orders_customer_id_fkey: scans_table shop.orders",
      "shop.orders.orders_customer_id_fkey: blocks_writes shop.orders",
      "shop.orders.orders_customer_id_fkey: blocks_writes shop.customers",
      "shop.orders_total: scans_table shop.orders",
      "shop.orders_total: blocks_writes shop.orders",
      "shop.dropped: drops_data shop.dropped",
    ]);
  });

  it("finds nothing between equal schemas", () => {
    expect(diffSchemas(before, before)).toEqual([]);
    expect(summarizeChanges([])).toBe("no difference");
  });
});

describe("summarizeChanges", () => {
  it("names a few changes and counts many", () => {
    const changes = diffSchemas(before, after);
    expect(summarizeChanges(changes.slice(0, 3))).toBe(
      "~column shop.customers.email, ~column shop.customers.note, -column shop.orders.obsolete",
    );
    expect(summarizeChanges(changes)).toMatch(/^\+2 column, \+1 constraint, .*~3 type, ~1 view$/);
  });
});

describe("readSchema", () => {
  it("ignores differences in database settings", async () => {
    await run(login.database, ["alter database schema_after set timezone = 'Asia/Tokyo'"]);
    await run(login.database, ["alter database schema_after set search_path = shop"]);
    await run(login.database, ["alter database schema_after set quote_all_identifiers = on"]);
    expect(await readSchema({ ...login, database: "schema_after" })).toEqual(after);
  });

  it("reads everything, even as a role without access to a schema", async () => {
    const password = "of-a-role-without-rights";
    await run("schema_after", [
      `create role stranger login password '${password}'`,
      "create publication shop for table shop.orders (id)",
    ]);
    const own = await readSchema({ ...login, database: "schema_after" });
    expect(await readSchema({ ...login, user: "stranger", password, database: "schema_after" })).toEqual(own);
  });

  it("names the database that did not answer, without its password", async () => {
    const failure = readSchema({ ...login, database: "schema_missing" });
    await expect(failure).rejects.toMatchObject({ code: "schema_unreadable", retryable: true });
    await expect(failure).rejects.toThrow(/schema_missing/);
    await expect(failure).rejects.not.toThrow(login.password);
  });
});
