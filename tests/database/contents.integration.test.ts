import { expect, it } from "vitest";
import { difference, testBranch } from "./database.ts";

it("lists which objects belong to which, and which objects a definition refers to", async () => {
  const changes = await difference(
    await testBranch("schema-contents"),
    "create table t (a int primary key); create type e as enum ('x')",
    `create table n (a int references t, b e); comment on column n.b is 'x'; create function f(e) returns int language sql as 'select 1';
     create view v as select t.a from t; comment on view v is 'x'; create index i on t (a)`,
  );
  expect(changes.map(({ object, contains, rests_on }) => ({ object, contains, rests_on }))).toEqual([
    { object: "s.f(s.e)", rests_on: ["schema s", "type s.e"] },
    { object: "s.i", rests_on: ["column s.t.a", "table s.t"] },
    {
      object: "s.n",
      contains: [
        "column a integer",
        "column b s.e",
        "comment table column s.n.b; text x",
        "foreign_key n_a_fkey FOREIGN KEY (a) REFERENCES s.t(a); references s.t",
      ],
      rests_on: ["column s.t.a", "schema s", "table s.t", "type s.e"],
    },
    {
      object: "s.v",
      contains: ["comment view s.v; text x"],
      rests_on: ["column s.t.a", "schema s", "table s.t"],
    },
  ]);
});
