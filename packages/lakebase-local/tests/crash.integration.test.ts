import { readdir } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { eventually, isAlive, Machine } from "./machine.ts";

/** A few in CI; at least 50 in a nightly run. */
const rounds = Number(process.env.LAKEBASE_LOCAL_CRASH_ROUNDS ?? 6);

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.create();
  await machine.sql("production", "CREATE TABLE ledger (id bigserial PRIMARY KEY, note text)");
});

afterAll(() => machine.destroy());

/** Inserts until the connection breaks, and adds the ids whose commit was acknowledged. */
async function writeUntilBroken(login: pg.ClientConfig, acknowledged: string[]): Promise<void> {
  const client = new pg.Client(login);
  client.on("error", () => {});
  try {
    await client.connect();
    for (;;) {
      const { rows } = await client.query(
        "INSERT INTO ledger (note) VALUES (repeat('x', 500)) RETURNING id::text",
      );
      acknowledged.push(z.object({ id: z.string() }).parse(rows[0]).id);
    }
  } catch {
    // It broke.
  } finally {
    await client.end().catch(() => {});
  }
}

test(
  `${rounds} kills with SIGKILL during writes, creations and deletions lose no committed row`,
  async () => {
    const all: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const login = await machine.login("production");
      const before = all.length;
      const writing = [writeUntilBroken(login, all), writeUntilBroken(login, all)];
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
        "200s",
      );
      const removing = machine.run(
        "postgres",
        "delete-branch",
        `projects/local/branches/half-${round - 1}`,
        "--purge",
      );
      await eventually(async () => all.length > before);
      await new Promise((resolve) => setTimeout(resolve, (round * 137) % 700));
      const { pid, branches = [] } = await machine.status();
      const postmasters = branches.map((branch) => branch.pid);
      const victims = [[pid], postmasters, [pid, ...postmasters]][round % 3] ?? [];
      for (const victim of victims) {
        if (victim !== undefined && (await isAlive(victim))) process.kill(victim, "SIGKILL");
      }
      // Where only the daemon's end breaks no connection by itself, its proxy's does.
      await Promise.all([...writing, making, removing]);

      const kept = z
        .array(z.object({ id: z.string() }))
        .parse(await machine.sql("production", "SELECT id::text FROM ledger"));
      const ids = new Set(kept.map(({ id }) => id));
      expect(all.filter((id) => !ids.has(id))).toEqual([]);
      await expectNoHalfBranch();
    }
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
