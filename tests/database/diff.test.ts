import { describe, expect, test } from "vitest";
import type { SchemaChange } from "../../schemas/comparison/schema-change.ts";
import { diffSchemas } from "../../src/database/diff.ts";
import type { SchemaObject } from "../../src/database/snapshot.ts";
import { noDifference, summarizeChanges } from "../../src/database/summary.ts";

const object = (
  kind: SchemaObject["kind"],
  name: string,
  more: Partial<SchemaObject> = {},
): SchemaObject => ({
  kind,
  name,
  parent: null,
  uses: [],
  aspects: {},
  fills_rows: false,
  bytes: null,
  rows: null,
  ...more,
});
const table = (name: string, more: Partial<SchemaObject> = {}) => object("table", name, more);
const column = (
  of: string,
  name: string,
  aspects: Record<string, string> = { type: "integer", nullable: "yes" },
) => object("column", `${of}.${name}`, { parent: `table ${of}`, aspects });

test("finds no difference between equal schemas, in whatever order", () => {
  const schema = [table("public.a"), column("public.a", "id"), object("view", "public.v")];
  expect(diffSchemas(schema, schema.toReversed())).toEqual([]);
  expect(diffSchemas([], [])).toEqual([]);
});

test("lists the parts of an added table with it, and says what they rest on", () => {
  const before = [table("public.users"), column("public.users", "id")];
  const key = object("foreign_key", "public.orders.user_fk", {
    parent: "table public.orders",
    uses: ["column public.users.id", "column public.orders.user_id"],
    aspects: { definition: "FOREIGN KEY (user_id) REFERENCES users(id)", references: "public.users" },
  });
  const added = [
    table("public.orders"),
    column("public.orders", "user_id", { type: "integer", nullable: "no" }),
    key,
  ];
  expect(diffSchemas(before, [...before, ...added])).toEqual([
    {
      change: "added",
      kind: "table",
      object: "public.orders",
      aspects: {},
      contains: [
        "column user_id integer; nullable no",
        "foreign_key user_fk FOREIGN KEY (user_id) REFERENCES users(id); references public.users",
      ],
      rests_on: ["column public.users.id"],
    },
  ]);
});

test("shows which aspects of an object differ, with null where a side has none", () => {
  const before = [table("public.a"), column("public.a", "b", { type: "integer", default: "0" })];
  const after = [table("public.a"), column("public.a", "b", { type: "bigint", collation: "C" })];
  expect(diffSchemas(before, after)).toMatchObject([
    {
      change: "changed",
      object: "public.a.b",
      aspects: {
        collation: { from: null, to: "C" },
        default: { from: "0", to: null },
        type: { from: "integer", to: "bigint" },
      },
      rests_on: ["table public.a"],
    },
  ]);
});

test("counts a renamed object as one removed and one added, sorted by kind and name", () => {
  const changes = diffSchemas(
    [object("view", "public.old"), table("public.z")],
    [object("view", "public.new")],
  );
  expect(changes.map(({ change, kind, object: name }) => `${change} ${kind} ${name}`)).toEqual([
    "removed table public.z",
    "added view public.new",
    "removed view public.old",
  ]);
});

test("leaves out changes of a partition that only repeat those of its table", () => {
  const parts = [table("public.p"), table("public.p1", { parent: "table public.p" })];
  const index = (of: string, definition: string) =>
    object("index", `${of}.by_day`, { parent: `table ${of}`, aspects: { definition } });
  const both = [...parts, index("public.p", "(day)"), index("public.p1", "(day)")];
  expect(diffSchemas(parts, both).map((each) => each.object)).toEqual(["public.p.by_day"]);
  const other = [...parts, index("public.p", "(day)"), index("public.p1", "(day, id)")];
  expect(diffSchemas(parts, other).map((each) => each.object)).toEqual([
    "public.p.by_day",
    "public.p1.by_day",
  ]);
  const alone = [...parts, index("public.p1", "(day)")];
  expect(diffSchemas(parts, alone).map((each) => each.object)).toEqual(["public.p1.by_day"]);
});

test("masks a login in every text of a change", () => {
  const login = "postgres://kai:hunter2@h/db";
  const server = object("function", "public.f()", { aspects: { definition: `select dblink('${login}')` } });
  const parts = [table("public.a"), column("public.a", "b", { type: "text", default: `'${login}'::text` })];
  const text = JSON.stringify(
    diffSchemas([server], [{ ...server, aspects: { definition: "select 1" } }, ...parts]),
  );
  expect(text).not.toContain("hunter2");
  expect(text.match(/\[redacted\]/g)).toHaveLength(2);
});

describe("risks", () => {
  const large = { bytes: 1_000, rows: 50 };
  const a = table("public.a", large);
  const id = column("public.a", "id");
  const effects = (before: SchemaObject[], after: SchemaObject[]) =>
    diffSchemas(before, after).flatMap(({ risks = [] }) =>
      risks.map((risk) => `${risk.effect} ${risk.table}`),
    );

  test("name the table, its size and its rows, as they were before", () => {
    expect(diffSchemas([a], [])[0]?.risks).toEqual([
      { effect: "drops_data", table: "public.a", table_bytes: 1_000, table_rows: 50 },
    ]);
    expect(diffSchemas([table("public.a", { bytes: 1 })], [])[0]?.risks).toMatchObject([{ table_rows: -1 }]);
  });

  test("of a new table are those of what it refers to", () => {
    const key = object("foreign_key", "public.b.fk", {
      parent: "table public.b",
      aspects: { definition: "FOREIGN KEY (a) REFERENCES a(id)", references: "public.a" },
    });
    expect(effects([a], [a, table("public.b", large), key])).toEqual([]);
    const b = table("public.b", large);
    expect(effects([a, b], [a, b, key])).toEqual([
      "scans_table public.b",
      "blocks_writes public.b",
      "blocks_writes public.a",
    ]);
  });

  test.each<[what: string, aspects: Record<string, string>, fills: boolean, found: string[]]>([
    ["that may be null", { type: "text", nullable: "yes" }, false, []],
    ["that must have a value", { type: "text", nullable: "no" }, false, ["needs_values public.a"]],
    ["that must have a value and gets one", { type: "text", nullable: "no", default: "''" }, false, []],
    [
      "that is filled",
      { type: "text", nullable: "no", default: "random()" },
      true,
      ["rewrites_table public.a"],
    ],
    ["whose NOT NULL is not validated", { type: "text", nullable: "no (not valid)" }, false, []],
  ])("of a new column %s", (_what, aspects, fills_rows, found) => {
    expect(effects([a], [a, { ...column("public.a", "b", aspects), fills_rows }])).toEqual(found);
  });

  test("of an index are none if it goes", () => {
    const index = object("index", "public.a.i", {
      parent: "table public.a",
      aspects: { definition: "(id)" },
    });
    expect(effects([a, id], [a, id, index])).toEqual(["scans_table public.a", "blocks_writes public.a"]);
    expect(effects([a, id, index], [a, id])).toEqual([]);
  });

  test.each<[definition: [from: string | undefined, to: string | undefined], found: string[]]>([
    [
      [undefined, "CHECK (id > 0)"],
      ["scans_table public.a", "blocks_all public.a"],
    ],
    [[undefined, "CHECK (id > 0) NOT VALID"], []],
    [["CHECK (id > 0) NOT VALID", "CHECK (id > 0)"], ["scans_table public.a"]],
    [["CHECK (id > 0)", undefined], []],
  ])("of a check that changes as in %j", ([from, to], found) => {
    const check = (definition: string | undefined) =>
      definition === undefined
        ? []
        : [object("constraint", "public.a.c", { parent: "table public.a", aspects: { definition } })];
    expect(effects([a, ...check(from)], [a, ...check(to)])).toEqual(found);
  });

  test("of a domain's constraint concern the tables that use it", () => {
    const domain = object("type", "public.d");
    const used = { ...id, uses: ["type public.d"] };
    const check = object("constraint", "public.d.c", {
      parent: "type public.d",
      aspects: { definition: "CHECK (true)" },
    });
    expect(effects([a, used, domain], [a, used, domain, check])).toEqual([
      "scans_table public.a",
      "blocks_writes public.a",
    ]);
    expect(effects([a, id, domain], [a, id, domain, check])).toEqual([]);
  });
});

describe("a summary of changes", () => {
  const change = (
    kind: SchemaChange["kind"],
    name: string,
    what: SchemaChange["change"] = "added",
  ): SchemaChange => ({
    change: what,
    kind,
    object: name,
    aspects: {},
  });

  test("names up to four, and says that there are none", () => {
    expect(summarizeChanges([])).toBe(noDifference);
    const few = [
      change("table", "public.a"),
      change("column", "public.b.c", "changed"),
      change("view", "public.v", "removed"),
    ];
    expect(summarizeChanges(few)).toBe("+table public.a, ~column public.b.c, -view public.v");
    expect(summarizeChanges([...few, change("index", "public.i")])).toMatch(/, \+index public\.i$/);
  });

  test("counts more than four by kind", () => {
    const many = [
      ...Array.from({ length: 3 }, (_, index) => change("table", `t${index}`)),
      change("view", "v"),
      change("table", "z", "removed"),
      change("column", "c", "changed"),
    ];
    expect(summarizeChanges(many)).toBe("+3 table, +1 view, -1 table, ~1 column");
  });
});
