import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { Machine } from "../machine.ts";

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.create();
  await machine.run("start");
});

afterAll(() => machine.destroy());

const names = z.array(z.object({ name: z.string() }));

test("the ordinary role can create every available extension, and a fork keeps it", async () => {
  const available = names.parse(
    await machine.sql("production", "SELECT name FROM pg_available_extensions ORDER BY name"),
  );
  expect(available.length).toBeGreaterThan(25);
  for (const { name } of available)
    await machine.sql("production", `CREATE EXTENSION IF NOT EXISTS "${name}" CASCADE`);
  await machine.createBranch("fork");
  const installed = await machine.sql("fork", "SELECT extname AS name FROM pg_extension ORDER BY extname");
  expect(installed).toEqual(available);
});

test("extensions that need more than CREATE EXTENSION work", async () => {
  const server = "CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1')";
  await machine.sql("production", server);
  await machine.sql("production", "CREATE TABLE words (a int, b int)");
  await machine.sql("production", "CREATE INDEX ON words USING bloom (a, b)");
  await machine.sql("production", "SELECT pg_stat_statements_reset()");
  await machine.sql("production", "SELECT 'seen' AS mark");
  const [row] = await machine.sql(
    "production",
    "SELECT count(*)::int AS count FROM pg_stat_statements WHERE query LIKE '%AS mark'",
  );
  expect(row).toEqual({ count: 1 });
});

test("pg_stat_statements records no password", async () => {
  await machine.sql("production", "CREATE ROLE app LOGIN PASSWORD 'a-password-to-find'");
  const rows = await machine.sql("production", "SELECT 1 FROM pg_stat_statements WHERE query ~ 'PASSWORD'");
  expect(rows).toEqual([]);
});

test.each(["plperl", "plpython3u", "file_fdw", "dblink", "pageinspect", "amcheck"])(
  "does not offer %s, which Lakebase lacks",
  async (name) => {
    await expect(machine.sql("production", `CREATE EXTENSION ${name}`)).rejects.toThrow(
      `extension "${name}" is not available`,
    );
  },
);
