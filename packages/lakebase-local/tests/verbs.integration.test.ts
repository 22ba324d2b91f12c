import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { isAlive, Machine, query } from "./machine.ts";

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.create();
});

afterAll(() => machine.destroy());

test("help, version and an unknown command need no daemon", async () => {
  expect((await machine.run("--help")).stdout).toContain("lakebase-local postgres COMMAND");
  expect((await machine.run("--version")).stdout).toMatch(/^lakebase-local v\d+\.\d+\.\d+$/);
  expect(await machine.refusal("frobnicate")).toContain(
    'Error: unknown command "frobnicate" for "lakebase-local"',
  );
  expect((await machine.run("postgres", "create-branch", "--help")).stdout).toContain("--replace-existing");
  expect((await machine.run("gc", "--help")).stdout).toContain("lakebase-local gc ");
  expect((await machine.run("status")).stdout).toContain('"stopped"');
  expect(await readdir(machine.home)).toEqual([]);
});

test("url prints a connection string that a Postgres client can use", async () => {
  const { stdout } = await machine.run("url", "production");
  expect(stdout).toMatch(/^postgresql:\/\/\S+@127(\.\d+){3}(:\d+)?\/databricks_postgres\?sslmode=disable$/);
  expect(await query({ connectionString: stdout }, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  expect(await machine.refusal("url", "nope")).toContain("branch id not found");
});

test("auth describe prints the user and the host", async () => {
  const shape = z.object({
    status: z.string(),
    username: z.string(),
    details: z.object({ host: z.string() }),
  });
  const described = await machine.json(shape, "auth", "describe", "-o", "json", "--profile", "any");
  expect(described).toMatchObject({
    status: "success",
    username: expect.stringContaining("@lakebase.local"),
  });
  expect((await machine.run("env")).stdout).toContain(`export DATABRICKS_HOST=${described.details.host}\n`);
});

test("gc purges deleted branches and keeps the others", async () => {
  await machine.createBranch("kept");
  await machine.createBranch("gone");
  await machine.deleteBranch("gone");
  expect(await readdir(join(machine.home, "data"))).toHaveLength(3);
  const collected = await machine.run("gc");
  expect(collected.code).toBe(0);
  expect(await readdir(join(machine.home, "data"))).toHaveLength(2);
  expect(await machine.refusal("postgres", "undelete-branch", "projects/local/branches/gone")).toContain(
    "not found",
  );
  expect(await machine.sql("kept", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("stop ends the servers that a killed daemon left behind", async () => {
  await machine.sql("production", "SELECT 1");
  const { pid = 0, branches = [] } = await machine.status();
  const servers = branches.flatMap((branch) => branch.pid ?? []);
  process.kill(pid, "SIGKILL");
  expect((await Promise.all(servers.map(isAlive))).includes(false)).toBe(false);
  expect((await machine.run("stop")).code).toBe(0);
  expect((await Promise.all(servers.map(isAlive))).includes(true)).toBe(false);
});

test("reset removes everything, but only with --yes", async () => {
  await machine.run("start");
  expect(await machine.refusal("reset")).toContain("Add --yes to confirm");
  expect((await machine.run("postgres", "get-branch", "projects/local/branches/kept")).code).toBe(0);
  expect((await machine.run("reset", "--yes")).code).toBe(0);
  expect(await readdir(machine.home)).toEqual([]);
});
