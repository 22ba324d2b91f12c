import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Machine, query } from "../machine.ts";

let machine: Machine;
const names = ["one", "two", "three", "four"];

beforeAll(async () => {
  machine = await Machine.create({ LAKEBASE_LOCAL_MAX_COMPUTES: "2" });
  for (const name of names) await machine.createBranch(name);
});

afterAll(() => machine.destroy());

async function running(): Promise<string[]> {
  const { branches = [] } = await machine.status();
  return branches.filter(({ state }) => state === "running").map(({ name }) => name.split("/").at(-1) ?? "");
}

async function openSession(branch: string): Promise<pg.Client> {
  const client = new pg.Client(await machine.login(branch));
  await client.connect();
  return client;
}

test("puts the compute that was idle longest to sleep when another branch is used at the limit", async () => {
  for (const name of names) expect(await machine.sql(name, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  expect(await running()).toEqual(["production", "three", "four"]);
  await machine.sql("three", "SELECT 1");
  await machine.sql("one", "SELECT 1");
  expect(await running()).toEqual(["production", "one", "three"]);
});

test("never puts a compute with an open session to sleep, and refuses another one instead", async () => {
  const held = await Promise.all([openSession("one"), openSession("two")]);
  await expect(machine.sql("three", "SELECT 1")).rejects.toMatchObject({
    code: "53300",
    message: "too many active computes: 2 of 2 in use",
  });
  const spec = JSON.stringify({ spec: {} });
  const role = ["create-role", "projects/local/branches/three", "--role-id", "app-role", "--json", spec];
  expect(await machine.refusal("postgres", ...role)).toContain("too many active computes: 2 of 2 in use");
  expect(await machine.sql("production", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  for (const client of held) expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await held[0]?.end();
  expect(await machine.sql("three", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  expect(await running()).toEqual(["production", "two", "three"]);
  await held[1]?.end();
});

test("keeps to the limit when many connections arrive at once", async () => {
  const logins = await Promise.all(names.map((name) => machine.login(name)));
  const attempts = [...logins, ...logins, ...logins].map((login) => query(login, "SELECT pg_sleep(1)"));
  const ends = await Promise.allSettled(attempts);
  const served = ends.filter(({ status }) => status === "fulfilled");
  const refused = ends.flatMap((end) => (end.status === "rejected" ? [end.reason.message] : []));
  expect(served.length).toBeGreaterThan(0);
  expect(new Set(refused)).toEqual(new Set(["too many active computes: 2 of 2 in use"]));
  expect((await running()).length).toBeLessThanOrEqual(3);
});
