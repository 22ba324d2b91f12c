import { beforeAll, expect, it } from "vitest";
import { findCollisions } from "../../src/comparison/details/collisions.ts";
import { difference, type TestBranch, testBranch } from "./database.ts";

let branch: TestBranch;
beforeAll(async () => {
  branch = await testBranch("schema-collisions");
});

const before = `
  drop schema if exists n cascade;
  create table t (id int primary key, a int, b int);
  create table u (id int primary key);
  create type e as enum ('x');
  create view v as select id from u;
  create function f(int) returns int language sql as 'select 1';
  create schema n;
`;

/** Two experiments from the same parent, and the objects in which they collide. */
const cases: [name: string, a: string, b: string, collisions: string[]][] = [
  ["what is changed alike is no collision", "alter table t add c int", "alter table t add c int", []],
  [
    "nor is what touches different things",
    "alter table t drop a",
    "alter table t add c int; create index on t (b)",
    [],
  ],
  ["a column of two types", "alter table t add c int", "alter table t add c text", ["column s.t.c"]],
  [
    "new tables that differ in a default only",
    "create table x (a int)",
    "create table x (a int default 1)",
    ["table s.x"],
  ],
  [
    "a table and a view of one name",
    "create table x (id int)",
    "create view x as select id from u",
    ["table s.x", "view s.x"],
  ],
  [
    "a dropped table and an index on it",
    "drop table t",
    "create index i on t (a)",
    ["table s.t", "index s.i"],
  ],
  [
    "a dropped column and an index on it",
    "alter table t drop a",
    "create index i on t (b, a)",
    ["column s.t.a", "index s.i"],
  ],
  ["a dropped column and one beside it", "alter table t drop a", "create index i on t (b)", []],
  [
    "a renamed column and its new type",
    "alter table t rename a to z",
    "alter table t alter a type bigint",
    ["column s.t.a"],
  ],
  [
    "a dropped table and a policy",
    "drop table t",
    "create policy o on t using (b > 0)",
    ["table s.t", "policy s.t.o"],
  ],
  [
    "a dropped table and a comment on its column",
    "drop table t",
    "comment on column t.a is 'x'",
    ["table s.t", "comment table column s.t.a"],
  ],
  [
    "a dropped table and a key to it",
    "drop table t",
    "create table x (r int references t)",
    ["table s.t", "table s.x"],
  ],
  ["a dropped type and a column of it", "drop type e", "alter table t add c e", ["type s.e", "column s.t.c"]],
  [
    "a dropped view and one on it",
    "drop view v",
    "create view w as select id from v",
    ["view s.v", "view s.w"],
  ],
  [
    "a dropped function and a default",
    "drop function f",
    "alter table t alter b set default f(1)",
    ["function s.f(integer)", "column s.t.b"],
  ],
  [
    "a dropped schema and a table in it",
    "drop schema n",
    "create table n.x (a int)",
    ["schema n", "table n.x"],
  ],
  ["a view dropped by both, its table by one", "drop view v", "drop view v; drop table u", []],
];

it.each(cases)("%s", async (_name, a, b, collisions) => {
  const found = findCollisions([
    { experiment_slug: "a", changes: await difference(branch, before, a) },
    { experiment_slug: "b", changes: await difference(branch, before, b) },
  ]);
  expect(found).toEqual(
    collisions.map((each) => {
      const [, kind, object] = /^(\w+) (.*)$/.exec(each) ?? [];
      return { kind, object, experiments: ["a", "b"] };
    }),
  );
});

it("lists only the colliding experiments, in their given order", async () => {
  const [drop, index, alone] = [
    await difference(branch, before, "drop table t"),
    await difference(branch, before, "create index i on t (a)"),
    await difference(branch, before, "create table x (a int)"),
  ];
  const found = findCollisions([
    { experiment_slug: "index", changes: index },
    { experiment_slug: "alone", changes: alone },
    { experiment_slug: "drop", changes: drop },
  ]);
  expect(found.map((each) => each.experiments)).toEqual([
    ["index", "drop"],
    ["index", "drop"],
  ]);
});
