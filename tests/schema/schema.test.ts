import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Client } from "pg";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { asBranchName } from "../../src/lakebase/branch-id.ts";
import { openConnection } from "../../src/lakebase/connection.ts";
import { createBranch } from "../../src/lakebase/create-branch.ts";
import { openLakebase } from "../../src/lakebase/lakebase.ts";
import { diffSchemas } from "../../src/schema/diff.ts";
import { readSchema, type SchemaSnapshot } from "../../src/schema/snapshot.ts";
import { summarizeChanges } from "../../src/schema/summary.ts";

let before: SchemaSnapshot;
let after: SchemaSnapshot;
let login: Parameters<typeof readSchema>[0];

beforeAll(async () => {
  const lakebase = openLakebase({
    command: [process.execPath, resolve("dist/lakebase-local.js")],
    project: "local",
    env: { ...process.env, LAKEBASE_LOCAL_HOME: inject("localHome") },
  });
  const branch = asBranchName("schema-tests");
  await createBranch(lakebase, { branch, expiry: { ttl: "3600s" } });
  login = await openConnection(lakebase, branch);
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

async function run(database: string, sql: string[]): Promise<void> {
  const { host, port, user, password } = login;
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  for (const statement of sql) await client.query(statement);
  await client.end();
}

describe("diffSchemas", () => {
  it("finds every planted change, and nothing else", () => {
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
      "changed function shop.add(a integer, b integer)",
      "added function shop.add(a text)",
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

  it("finds the same from the other side, the other way round", () => {
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
  ])("says what of %s changed", (object, aspects) => {
    const found = diffSchemas(before, after).find((each) => `${each.kind} ${each.object}` === object);
    expect(found?.aspects).toEqual(aspects);
  });

  it("keeps the parts of a new table with it", () => {
    const added = diffSchemas(before, after).find((each) => each.object === "shop.added");
    expect(added?.contains).toEqual([
      "column id integer",
      "column label text",
      "comment table shop.added",
      "constraint added_pkey PRIMARY KEY (id)",
      "sequence shop.added_id_seq integer",
    ]);
  });

  it("marks what locks, rewrites or drops, and no change that is free", () => {
    const risks = diffSchemas(before, after).flatMap((each) =>
      (each.risks ?? []).map((risk) => `${each.object}: ${risk.effect} ${risk.table}`),
    );
    expect(risks).toEqual([
      "shop.orders.obsolete: drops_data shop.orders",
      "shop.orders.token: rewrites_table shop.orders",
      "shop.orders.total: rewrites_table shop.orders",
      "shop.orders.capped: scans_table shop.orders",
      "shop.orders.capped: blocks_writes shop.orders",
      "shop.orders.orders_customer_id_fkey: scans_table shop.orders",
      "shop.orders.orders_customer_id_fkey: blocks_writes shop.orders",
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
  it("does not take the settings of a database for differences", async () => {
    await run(login.database, ["alter database schema_after set timezone = 'Asia/Tokyo'"]);
    await run(login.database, ["alter database schema_after set search_path = shop"]);
    expect(await readSchema({ ...login, database: "schema_after" })).toEqual(after);
  });

  it("says which database did not answer, without the password", async () => {
    const failure = readSchema({ ...login, database: "schema_missing" });
    await expect(failure).rejects.toMatchObject({ code: "schema_unreadable", retryable: true });
    await expect(failure).rejects.toThrow(/schema_missing/);
    await expect(failure).rejects.not.toThrow(login.password);
  });
});
