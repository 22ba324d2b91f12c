import { readdir } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { isAlive, Machine } from "./machine.ts";

/** A few in CI; at least 50 in a nightly run. */
const rounds = Number(process.env.LAKEBASE_LOCAL_CRASH_ROUNDS ?? 6);

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.create();
  await machine.sql("production", "CREATE TABLE ledger (id bigserial PRIMARY KEY, note text)");
});

afterAll(() => machine.destroy());

/** Inserts until the connection breaks, and returns the ids whose commit was acknowledged. */
async function writeUntilBroken(login: pg.ClientConfig): Promise<string[]> {
  const client = new pg.Client(login);
  client.on("error", () => {});
  const acknowledged: string[] = [];
  try {
    await client.connect();
    for (;;) {
      const { rows } = await client.query(
        "INSERT INTO ledger (note) VALUES (repeat('x', 500)) RETURNING id::text",
      );
      acknowledged.push(z.object({ id: z.string() }).parse(rows[0]).id);
    }
  } catch {
    return acknowledged;
  } finally {
    await client.end().catch(() => {});
  }
}

test(
  `${rounds} times kill -9, in the middle of writes, creations and deletions: nothing committed is lost`,
  async () => {
    const all: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const login = await machine.login("production");
      const writing = [writeUntilBroken(login), writeUntilBroken(login)];
      const half = `half-${round}`;
      const spec = '{"spec":{"ttl":"3600s"}}';
      const making = machine.run(
        "postgres",
        "create-branch",
        "projects/local",
        half,
        "--json",
        spec,
        "--timeout",
        "20s",
      );
      const removing = machine.run(
        "postgres",
        "delete-branch",
        `projects/local/branches/half-${round - 1}`,
        "--purge",
      );
      await new Promise((resolve) => setTimeout(resolve, 100 + ((round * 137) % 700)));
      const { pid, branches = [] } = await machine.status();
      const postmasters = branches.map((branch) => branch.pid);
      const victims = [[pid], postmasters, [pid, ...postmasters]][round % 3] ?? [];
      for (const victim of victims) {
        if (victim !== undefined && (await isAlive(victim))) process.kill(victim, "SIGKILL");
      }
      // Where only the daemon's end breaks no connection by itself, its proxy's does.
      for (const ids of await Promise.all(writing)) all.push(...ids);
      await Promise.all([making, removing]);

      const kept = z
        .array(z.object({ id: z.string() }))
        .parse(await machine.sql("production", "SELECT id::text FROM ledger"));
      const ids = new Set(kept.map(({ id }) => id));
      expect(all.filter((id) => !ids.has(id))).toEqual([]);
      await expectNoHalfBranch();
    }
    expect(all.length).toBeGreaterThan(rounds);
    await machine.run("stop");
    for (const name of await readdir(join(machine.home, "data"))) {
      // A server that was shut down, or ended as an orphan, takes its pid file with it.
      expect(await readdir(join(machine.home, "data", name))).not.toContain("postmaster.pid");
    }
  },
  300_000 + rounds * 60_000,
);

/** Every directory belongs to a branch that answers, and every branch has its directory and can be used. */
async function expectNoHalfBranch(): Promise<void> {
  const { branches = [] } = await machine.status();
  const directories = (await readdir(join(machine.home, "data"))).filter((name) => !name.endsWith(".gone"));
  expect(directories.sort()).toEqual(branches.map(({ data }) => data.split("/").at(-1)).sort());
  for (const { name } of branches) {
    const [row] = await machine.sql(
      name.split("/").at(-1) ?? "",
      "SELECT count(*) >= 0 AS works FROM ledger",
    );
    expect(row).toEqual({ works: true });
  }
}
