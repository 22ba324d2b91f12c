import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { eventually, isAlive, Machine, query } from "./machine.ts";

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.create({ LAKEBASE_LOCAL_SUSPEND_SECONDS: "0.2", LAKEBASE_LOCAL_IDLE_SECONDS: "3" });
});

afterAll(() => machine.destroy());

async function isAsleep(): Promise<boolean> {
  const { branches = [] } = await machine.status();
  return branches.every(({ state }) => state === "asleep");
}

test("an idle branch falls asleep, and a connection wakes it", async () => {
  await machine.sql("production", "CREATE TABLE kept AS SELECT 7 AS seven");
  await eventually(isAsleep);
  const login = await machine.login("production");
  expect(await query(login, "SELECT seven FROM kept")).toEqual([{ seven: 7 }]);
});

test("an idle daemon stops with its branches, and the next command starts it again", async () => {
  const { pid = 0 } = await machine.status();
  await eventually(async () => !(await isAlive(pid)));
  expect(await machine.run("status")).toMatchObject({ code: 0, stdout: expect.stringContaining("stopped") });
  expect(await machine.sql("production", "SELECT seven FROM kept")).toEqual([{ seven: 7 }]);
});

test("starts a single daemon for any number of simultaneous first commands", async () => {
  // One that stays, however long they take.
  const fresh = await Machine.create();
  onTestFinished(() => fresh.destroy());
  const results = await Promise.all(Array.from({ length: 8 }, () => fresh.run("start")));
  const pids = new Set(results.map(({ stdout }) => JSON.parse(stdout).pid));
  expect(results.map(({ code }) => code)).toEqual(Array.from({ length: 8 }, () => 0));
  expect(pids.size).toBe(1);
});
