import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { endpointShape, isAlive, Machine, query } from "./machine.ts";

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.create();
});

afterAll(() => machine.destroy());

describe("first use", () => {
  test("creates a project with a running production branch", async () => {
    const project = await machine.json(
      z.object({ status: z.object({ default_branch: z.string(), pg_version: z.number() }) }),
      ...["postgres", "get-project", "projects/local"],
    );
    expect(project.status).toEqual({ default_branch: "projects/local/branches/production", pg_version: 18 });
    const rows = await machine.sql(
      "production",
      "SELECT current_database() AS database, current_user AS user",
    );
    expect(rows).toEqual([
      { database: "databricks_postgres", user: expect.stringMatching(/@lakebase\.local$/) },
    ]);
  });
});

describe("a branch", () => {
  test("starts with its parent's data and then diverges", async () => {
    await machine.sql("production", "CREATE TABLE fruit AS SELECT 'apple' AS name");
    await machine.createBranch("left");
    await machine.createBranch("right");
    await machine.sql("left", "INSERT INTO fruit VALUES ('pear')");
    await machine.sql("production", "DROP TABLE fruit");
    expect(await machine.sql("left", "SELECT name FROM fruit ORDER BY name")).toEqual([
      { name: "apple" },
      { name: "pear" },
    ]);
    expect(await machine.sql("right", "SELECT name FROM fruit")).toEqual([{ name: "apple" }]);
  });

  test("can be created from any branch, awake or asleep, and reports its source", async () => {
    await machine.createBranch("trunk");
    const leaf = await machine.createBranch("leaf", {
      source_branch: "projects/local/branches/trunk",
      ttl: "3600s",
    });
    expect(leaf.status).toMatchObject({
      current_state: "READY",
      source_branch: "projects/local/branches/trunk",
    });
    expect(leaf.status.source_branch_lsn).toMatch(/^0\/[0-9A-F]+$/);
    expect(await machine.sql("leaf", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("starts with empty unlogged tables, whether its parent is awake or asleep", async () => {
    await machine.createBranch("fast");
    await machine.sql(
      "fast",
      `CREATE UNLOGGED TABLE cache (id int PRIMARY KEY, at serial);
       INSERT INTO cache SELECT generate_series(1, 10000)`,
    );
    const spec = { source_branch: "projects/local/branches/fast", ttl: "3600s" };
    await machine.createBranch("of-awake", spec);
    await machine.run("stop");
    await machine.createBranch("of-asleep", spec);
    for (const branch of ["of-awake", "of-asleep"]) {
      expect(await machine.sql(branch, "SELECT count(*)::int FROM cache")).toEqual([{ count: 0 }]);
      expect(await machine.sql(branch, "INSERT INTO cache VALUES (1) RETURNING at")).toEqual([{ at: 1 }]);
    }
    expect(await machine.sql("fast", "SELECT count(*)::int FROM cache")).toEqual([{ count: 10_000 }]);
  });

  test("is deleted with its data, which frees its name", async () => {
    await machine.createBranch("again");
    await machine.sql("again", "CREATE TABLE old ()");
    await machine.deleteBranch("again", { purge: true });
    expect(await machine.refusal("postgres", "get-branch", "projects/local/branches/again")).toContain(
      "branch id not found",
    );
    await machine.createBranch("again");
    expect(await machine.sql("again", "SELECT to_regclass('old') AS found")).toEqual([{ found: null }]);
  });

  test("has a primary endpoint with its own host", async () => {
    await machine.createBranch("hosted");
    const endpoints = await machine.json(
      z.array(endpointShape),
      ...["postgres", "list-endpoints", "projects/local/branches/hosted"],
    );
    expect(endpoints).toHaveLength(1);
    expect(endpoints[0]?.status).toMatchObject({
      endpoint_type: "ENDPOINT_TYPE_READ_WRITE",
      disabled: false,
    });
    expect(endpoints[0]?.status.hosts.host).toMatch(/^127(\.\d+){3}(:\d+)?$/);
  });
});

describe("logins", () => {
  test("opens only the endpoint that the credential was generated for", async () => {
    const { user, password } = await machine.login("production");
    await machine.createBranch("other");
    const other = await machine.login("other");
    await expect(query({ ...other, user, password }, "SELECT 1")).rejects.toThrow(
      /password authentication failed/,
    );
    await expect(query({ ...other, password: "guess" }, "SELECT 1")).rejects.toThrow(
      /password authentication failed/,
    );
  });

  test("accepts a role created in SQL with its own password", async () => {
    await machine.sql("production", "CREATE ROLE bob LOGIN PASSWORD 'builder'");
    const login = { ...(await machine.login("production")), user: "bob" };
    expect(await query({ ...login, password: "builder" }, "SELECT current_user::text AS who")).toEqual([
      { who: "bob" },
    ]);
    await expect(query({ ...login, password: "wrong" }, "SELECT 1")).rejects.toThrow(
      /password authentication failed/,
    );
  });

  test("leaves no password in any log", async () => {
    const login = await machine.login("production");
    await expect(query(login, "CREATE ROLE bob LOGIN PASSWORD 'hunter2'; SELECT 1/0")).rejects.toThrow();
    const { branches = [] } = await machine.status();
    const logs = await Promise.all(branches.map(({ name }) => machine.run("logs", name)));
    const text = [...logs, await machine.run("logs")].map(({ stdout }) => stdout).join("\n");
    expect(text).toContain("ready to accept connections");
    expect(text).not.toContain("hunter2");
    expect(text).not.toContain(String(login.password));
  });
});

test("stop ends every process, and the next command keeps the data and the ports", async () => {
  await machine.sql("production", "CREATE TABLE kept AS SELECT 7 AS seven");
  const login = await machine.login("production");
  const { pid, branches = [] } = await machine.status();
  const pids = [pid, ...branches.map((branch) => branch.pid)].filter((one) => one !== undefined);
  expect(pids.length).toBeGreaterThan(1);
  expect((await machine.run("stop")).code).toBe(0);
  expect(await Promise.all(pids.map(isAlive))).not.toContain(true);
  await machine.run("start");
  expect(await query(login, "SELECT seven FROM kept")).toEqual([{ seven: 7 }]);
});
