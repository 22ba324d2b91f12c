import { expect, test } from "vitest";
import * as z from "zod";
import { schemaChangeSchema } from "../../schemas/comparison/schema-change.ts";
import { testBranch } from "../database/database.ts";
import { script } from "../support/plans.ts";
import { startServer, uniqueFeature } from "../support/server.ts";

const answerSchema = z.object({
  summary: z.string(),
  changes: z.array(schemaChangeSchema),
  total: z.number(),
  data: z
    .object({ tables: z.array(z.looseObject({ table: z.string() })), more_tables: z.number().optional() })
    .optional(),
  next_cursor: z.string().nullable(),
});

/** A suite that gives its branch a table of its own; each experiment's differs in one column. */
const migrate = script(`
  const { Client } = require(${JSON.stringify(require.resolve("pg"))});
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  const type = process.env.EXPERIMENT_SLUG === "exp-a" ? "integer" : "text";
  client.connect()
    .then(() => client.query("create table basket (id integer primary key, content " + type + ")"))
    .then(() => client.end(), (error) => { console.error(error); process.exit(1); });
`);

test("diff_schema compares siblings, and a branch with its parent, page by page", async () => {
  const server = await startServer();
  const feature_id = uniqueFeature();
  await server.writePlan(feature_id, { suites: { api: migrate } });
  const cutSchema = z.object({ experiments: z.array(z.object({ branch: z.string() })) });
  const cut = await server.call(cutSchema, "create_experiments", {
    feature_id,
    experiments: [{ experiment_slug: "exp-a" }, { experiment_slug: "exp-b" }],
  });
  const [a = "", b = ""] = cut.experiments.map(({ branch }) => branch);
  const run = await server.call(z.object({ run_id: z.string() }), "run_experiments", { feature_id });
  const stateSchema = z.object({ state: z.string() });
  let state = "running";
  while (state === "running" || state === "queued") {
    ({ state } = await server.call(stateSchema, "wait_for_run", { run_id: run.run_id, wait_seconds: 20 }));
  }

  const siblings = await server.call(answerSchema, "diff_schema", { from_branch: a, to_branch: b });
  expect(siblings.changes).toMatchObject([
    {
      change: "changed",
      kind: "column",
      object: "public.basket.content",
      aspects: { type: { from: "integer", to: "text" } },
    },
  ]);
  const fromParent = await server.call(answerSchema, "diff_schema", {
    from_branch: "production",
    to_branch: a,
  });
  expect(fromParent).toMatchObject({ summary: "+table public.basket", total: 1, next_cursor: null });
  expect(fromParent.data?.tables[0]).toEqual({
    ...{ table: "public.basket", from_rows: null, to_rows: 0, exact: true },
    not_compared: "one_side_only",
  });
  expect(
    await server.fail("diff_schema", { from_branch: a, to_branch: "br-broad-sky-d2k5gewt" }),
  ).toMatchObject({
    code: "invalid_branch_name",
  });

  const compared = await server.call(
    z.looseObject({ schema_collisions: z.array(z.looseObject({ object: z.string() })) }),
    "compare_experiments",
    { feature_id, detail: "schema" },
  );
  expect(compared.schema_collisions).toMatchObject([
    { object: "public.basket", experiments: ["exp-a", "exp-b"] },
  ]);
});

test("diff_schema keeps its pages small, whatever the schema contains", async () => {
  const server = await startServer();
  const { connect } = await testBranch("diff-pages");
  const client = await connect();
  const long = "x".repeat(300_000);
  for (let n = 10; n < 40; n += 1) {
    await client.query(`create function f${n}() returns text language sql as 'select ''${long}'''`);
  }
  const columns = Array.from({ length: 1000 }, (_, n) => `c${n} integer default ${n}`);
  await client.query(`create table wide (${columns.join(", ")})`);
  await client.query(`create table "$(touch x) <b>"" ; drop" (a integer)`);
  await client.end();

  const ask = { from_branch: "production", to_branch: "diff-pages" };
  const objects: string[] = [];
  let cursor: string | null = null;
  do {
    const page: z.infer<typeof answerSchema> = await server.call(answerSchema, "diff_schema", {
      ...ask,
      limit: 200,
      ...(cursor && { cursor }),
    });
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(9000);
    expect(page.total).toBe(32);
    objects.push(...page.changes.map(({ object }) => object));
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(objects).toHaveLength(32);
  expect(new Set(objects).size).toBe(32);
  expect(objects).toContain('public."$(touch x) <b>"" ; drop"');

  const last = await server.call(answerSchema, "diff_schema", { ...ask, limit: 2, cursor: "30" });
  expect(last).toMatchObject({ changes: [{ kind: "table" }, { object: "public.wide" }], next_cursor: null });
  const beyond = await server.call(answerSchema, "diff_schema", { ...ask, cursor: "99" });
  expect(beyond).toMatchObject({ changes: [], next_cursor: null });
});

test("diff_schema finds no difference between a branch and itself, and names the branch that it cannot read", async () => {
  const server = await startServer();
  const same = await server.call(answerSchema, "diff_schema", {
    from_branch: "production",
    to_branch: "production",
  });
  expect(same).toMatchObject({ summary: "no difference", changes: [], total: 0, next_cursor: null });
  expect(same.data?.tables.filter(({ differs }) => differs === true)).toEqual([]);
  for (const [to_branch, code] of [
    ["diff-missing", "branch_not_found"],
    ["$(touch x)", "invalid_branch_name"],
    ["../production", "invalid_branch_name"],
    ["", "invalid_branch_name"],
  ] as const) {
    expect(await server.fail("diff_schema", { from_branch: "production", to_branch })).toMatchObject({
      code,
    });
  }
});
