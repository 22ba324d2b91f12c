import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { eventually, isAlive, Machine, query } from "./machine.ts";

const project = "projects/local";

describe("configured limits", () => {
  let machine: Machine;

  beforeAll(async () => {
    machine = await Machine.create({
      LAKEBASE_LOCAL_MAX_BRANCHES: "4",
      LAKEBASE_LOCAL_MAX_TTL_SECONDS: "600",
    });
  });
  afterAll(() => machine.destroy());

  test("caps the time to live", async () => {
    const spec = JSON.stringify({ spec: { ttl: "601s" } });
    const refusal = await machine.refusal("postgres", "create-branch", project, "long", "--json", spec);
    expect(refusal).toContain("expiration time exceeds the maximum expiration time");
  });

  test("caps the branches of a project", async () => {
    for (const id of ["one", "two", "three"]) await machine.createBranch(id);
    const spec = JSON.stringify({ spec: { no_expiry: true } });
    const refusal = await machine.refusal("postgres", "create-branch", project, "four", "--json", spec);
    expect(refusal).toContain("branches limit exceeded: the project has 4 branches");
  });

  test("names a setting whose value is invalid", async () => {
    const odd = await Machine.create({ LAKEBASE_LOCAL_MAX_BRANCHES: "many" });
    expect(await odd.refusal("start")).toContain("LAKEBASE_LOCAL_MAX_BRANCHES is not valid");
    await odd.destroy();
  });
});

describe("time", () => {
  let machine: Machine;

  beforeAll(async () => {
    machine = await Machine.create();
  });
  afterAll(() => machine.destroy());

  test("removes an expired branch with its server and its data", async () => {
    await machine.createBranch("brief", { ttl: "3600s" });
    await machine.sql("brief", "SELECT 1");
    const { branches = [] } = await machine.status();
    const { pid = 0, data = "" } = branches.find(({ name }) => name.endsWith("/brief")) ?? {};
    expect(await isAlive(pid)).toBe(true);
    const soon = ["spec.expiration", "--json", JSON.stringify({ spec: { ttl: "1s" } })];
    await machine.run("postgres", "update-branch", `${project}/branches/brief`, ...soon);
    await eventually(
      async () => (await machine.run("postgres", "get-branch", `${project}/branches/brief`)).code === 1,
    );
    await eventually(async () => !(await isAlive(pid)));
    await eventually(
      async () => !(await readdir(join(machine.home, "data"))).includes(data.split("/").at(-1) ?? ""),
    );
  });

  test("copies the roles that exist when a branch is created, and none that are created later", async () => {
    await machine.sql("production", "CREATE ROLE early LOGIN PASSWORD 'early'");
    await machine.createBranch("copy");
    await machine.sql("production", "CREATE ROLE late LOGIN PASSWORD 'late'");
    const login = await machine.login("copy");
    expect(await query({ ...login, user: "early", password: "early" }, "SELECT 1 AS one")).toEqual([
      { one: 1 },
    ]);
    const refused = query({ ...login, user: "late", password: "late" }, "SELECT 1");
    await expect(refused).rejects.toMatchObject({ code: "28P01" });
  });

  test("branches from a past time only if nothing has changed since", async () => {
    await machine.sql("production", "CREATE TABLE moment AS SELECT 1 AS one");
    const [before] = z
      .array(z.object({ now: z.date() }))
      .parse(await machine.sql("production", "SELECT now()"));
    const time = before?.now.toISOString() ?? "";
    const made = await machine.createBranch("then", { no_expiry: true, source_branch_time: time });
    expect(made.status.source_branch_time).toBe(time);
    expect(await machine.sql("then", "SELECT one FROM moment")).toEqual([{ one: 1 }]);
    await machine.sql("production", "INSERT INTO moment VALUES (2)");
    const spec = JSON.stringify({ spec: { no_expiry: true, source_branch_time: time } });
    const refusal = await machine.refusal("postgres", "create-branch", project, "late", "--json", spec);
    expect(refusal).toMatch(
      /operation failed: \[BAD_REQUEST\] cannot branch at .* and lakebase-local keeps no history/,
    );
    expect(await machine.refusal("postgres", "get-branch", `${project}/branches/late`)).toContain(
      "not found",
    );
  });

  test("refuses an expired credential", async () => {
    const login = await machine.login("production");
    await machine.run("stop");
    const file = join(machine.home, "credentials.json");
    const past = (await readFile(file, "utf8")).replaceAll(
      /"expire_time":"[^"]*"/g,
      `"expire_time":"${justNow()}"`,
    );
    await writeFile(file, past);
    await machine.run("start");
    await expect(query(login, "SELECT 1")).rejects.toMatchObject({
      code: "28P01",
      detail: "The credential has expired; generate a new one.",
    });
  });

  test("times out a command without stopping its operation", async () => {
    const spec = JSON.stringify({ spec: { no_expiry: true } });
    const words = ["postgres", "create-branch", project, "slow", "--json", spec, "--timeout", "1ms"];
    expect(await machine.refusal(...words)).toBe("Error: context deadline exceeded");
    await eventually(async () =>
      (await machine.run("postgres", "get-branch", `${project}/branches/slow`)).stdout.includes("READY"),
    );
  });
});

describe("access", () => {
  let machine: Machine;

  beforeAll(async () => {
    machine = await Machine.create();
    await machine.run("start");
  });
  afterAll(() => machine.destroy());

  test("requires a token for the API", async () => {
    const { DATABRICKS_HOST: host } = await machine.json(
      z.record(z.string(), z.string()),
      "env",
      "-o",
      "json",
    );
    const path = `${host}/api/2.0/postgres/projects`;
    expect((await fetch(path)).status).toBe(401);
    expect((await fetch(path, { headers: { authorization: "Bearer guess" } })).status).toBe(401);
  });

  test("makes the data and the files with secrets readable for the owner alone", async () => {
    await machine.login("production");
    for (const name of ["token", "secrets.json", "credentials.json", "daemon.json"]) {
      expect([name, (await stat(join(machine.home, name))).mode & 0o777]).toEqual([name, 0o600]);
    }
    const [branch = ""] = await readdir(join(machine.home, "data"));
    expect((await stat(join(machine.home, "data", branch))).mode & 0o777).toBe(0o700);
    expect((await stat(machine.home)).mode & 0o066).toBe(0);
  });

  test("refuses connections to a disabled endpoint", async () => {
    const login = await machine.login("production");
    const endpoint = `${project}/branches/production/endpoints/primary`;
    const set = (disabled: boolean) =>
      machine.run(
        "postgres",
        "update-endpoint",
        endpoint,
        "spec.disabled",
        "--json",
        JSON.stringify({ spec: { disabled } }),
      );
    await set(true);
    await expect(query(login, "SELECT 1")).rejects.toThrow(/the endpoint is disabled/);
    await set(false);
    expect(await query(login, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });
});

function justNow(): string {
  return new Date(Date.now() - 1000).toISOString();
}
