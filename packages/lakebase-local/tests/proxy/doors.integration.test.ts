import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Machine, query } from "../machine.ts";

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.create();
  await machine.run("start");
});

afterAll(() => machine.destroy());

/** Begins a session as some role, and leaves it at that. */
async function knock({ host = "", port = 0 }: pg.ClientConfig, user: string): Promise<Socket> {
  const socket = connect({ host, port });
  const words = Buffer.from(`\0\0\0\0\0\x03\0\0user\0${user}\0database\0databricks_postgres\0\0`);
  words.writeInt32BE(words.length, 0);
  socket.on("error", () => {});
  socket.write(words);
  await once(socket, "data");
  return socket;
}

test("credentials still work on every branch after a role changed its own password", async () => {
  await machine.createBranch("keep");
  await machine.sql("keep", "CREATE TABLE orders AS SELECT 1 AS id");
  const before = await machine.login("keep");
  await machine.sql("keep", "ALTER ROLE current_user PASSWORD 'my-dev-password'");
  await machine.createBranch("child", { source_branch: "projects/local/branches/keep", ttl: "3600s" });
  expect(await query(before, "SELECT id FROM orders")).toEqual([{ id: 1 }]);
  expect(await machine.sql("child", "SELECT id FROM orders")).toEqual([{ id: 1 }]);
  await expect(query({ ...before, password: "my-dev-password" }, "SELECT 1")).rejects.toMatchObject({
    code: "28P01",
  });
  await machine.run("stop");
  expect(await machine.sql("keep", "SELECT id FROM orders")).toEqual([{ id: 1 }]);
});

test.each(["DROP ROLE databricks_superuser", "ALTER ROLE databricks_superuser NOCREATEROLE"])(
  "refuses %s",
  async (statement) => {
    await expect(machine.sql("production", statement)).rejects.toMatchObject({ code: "42501" });
  },
);

test("lets the owner and another role in while 200 unauthenticated connections wait", async () => {
  await machine.sql("production", "CREATE ROLE guest LOGIN PASSWORD 'guest-password'");
  const login = await machine.login("production");
  const users = [login.user ?? "", "guest", "nobody-here"];
  const strangers = await Promise.all(
    Array.from({ length: 200 }, (_, place) => knock(login, users[place % users.length] ?? "")),
  );
  const sessions = "SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE client_port IS NOT NULL";
  expect(await query(login, sessions)).toEqual([{ sessions: 1 }]);
  const guest = { ...login, user: "guest", password: "guest-password" };
  expect(await query(guest, "SELECT current_user AS me")).toEqual([{ me: "guest" }]);
  for (const stranger of strangers) stranger.destroy();
});

test("waits while a client fetches its credential", async () => {
  const login = await machine.login("production");
  const password = async () => String((await machine.login("production")).password);
  expect(await query({ ...login, password }, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("refuses a wrong password and an unknown role with the same error", async () => {
  const login = await machine.login("production");
  const refusal = (user: string) => ({
    code: "28P01",
    message: `password authentication failed for user "${user}"`,
    detail: undefined,
  });
  for (const user of ["guest", "nobody-here", "lakebase_local_admin"])
    await expect(query({ ...login, user }, "SELECT 1")).rejects.toMatchObject(refusal(user));
});
