import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { Machine, query } from "./machine.ts";

const accounts = 5000;
const writers = 4;

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.create({ LAKEBASE_LOCAL_MAX_COMPUTES: "30" });
  await machine.sql(
    "production",
    `CREATE TABLE account AS SELECT id, 0 AS balance FROM generate_series(1, ${accounts}) AS id;
     CREATE TABLE transfer (id bigserial PRIMARY KEY, amount int)`,
  );
});

afterAll(() => machine.destroy());

/** Writes pages back all the time, so that a copy made meanwhile has pages of different ages. */
async function checkpoint(login: pg.ClientConfig, signal: AbortSignal): Promise<void> {
  const client = new pg.Client(login);
  await client.connect();
  while (!signal.aborted) await client.query("CHECKPOINT");
  await client.end();
}

/** Moves money about until told to stop. The sum of all balances is always zero. */
async function transfer(login: pg.ClientConfig, signal: AbortSignal): Promise<number> {
  const client = new pg.Client(login);
  await client.connect();
  let count = 0;
  for (; !signal.aborted; count += 1) {
    const [from, to, amount] = [
      1 + ((count * 31) % accounts),
      1 + ((count * 71 + 3) % accounts),
      1 + (count % 50),
    ];
    await client.query("BEGIN");
    await client.query("UPDATE account SET balance = balance - $2 WHERE id = $1", [
      Math.min(from, to),
      amount,
    ]);
    await client.query("UPDATE account SET balance = balance + $2 WHERE id = $1", [
      Math.max(from, to),
      amount,
    ]);
    await client.query("INSERT INTO transfer (amount) VALUES ($1)", [amount]);
    await client.query("COMMIT");
  }
  await client.end();
  return count;
}

const tally = z.array(z.object({ sum: z.string(), accounts: z.string(), transfers: z.string() }));
const tallySql = `SELECT (SELECT sum(balance) FROM account) AS sum, (SELECT count(*) FROM account) AS accounts,
  (SELECT count(*) FROM transfer) AS transfers`;

async function readTally(branch: string) {
  const [row] = tally.parse(await machine.sql(branch, tallySql));
  if (!row) throw new Error("no row");
  return { sum: Number(row.sum), accounts: Number(row.accounts), transfers: Number(row.transfers) };
}

test("branches created under write load are consistent, and the writers are never interrupted", async () => {
  const login = await machine.login("production");
  const stop = new AbortController();
  const writing = Array.from({ length: writers }, () => transfer(login, stop.signal));
  const checkpointing = checkpoint(login, stop.signal);
  const seen: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    await machine.createBranch(`live-${round}`);
    const { sum, accounts: count, transfers } = await readTally(`live-${round}`);
    expect({ sum, count }).toEqual({ sum: 0, count: accounts });
    seen.push(transfers);
  }
  stop.abort();
  const counts = await Promise.all(writing);
  await checkpointing;
  // Each branch is later than the one before, and no writer was cut off.
  expect(seen).toEqual([...seen].sort((left, right) => left - right));
  expect(new Set(seen).size).toBe(seen.length);
  expect((await readTally("production")).transfers).toBe(counts.reduce((sum, count) => sum + count, 0));
});

test("twenty branches created at once are consistent and have different hosts", async () => {
  const ids = Array.from({ length: 20 }, (_, number) => `many-${number}`);
  const made = await Promise.all(ids.map((id) => machine.createBranch(id)));
  expect(new Set(made.map(({ uid }) => uid)).size).toBe(20);
  const logins: pg.ClientConfig[] = [];
  for (const id of ids) logins.push(await machine.login(id));
  expect(new Set(logins.map(({ host, port }) => `${host}:${port}`)).size).toBe(20);
  const sums = await Promise.all(
    logins.map((login) => query(login, "SELECT sum(balance)::int AS sum FROM account")),
  );
  expect(sums).toEqual(ids.map(() => [{ sum: 0 }]));
});

test("the index of a branch created under write load agrees with its table", async () => {
  const login = await machine.login("live-4");
  const digest = "SELECT count(*) AS rows, sum(hashint8(id)) AS hash FROM transfer WHERE id > 0";
  const [byScan] = await query(
    { ...login, options: "-c enable_indexscan=off -c enable_bitmapscan=off" },
    digest,
  );
  const [byIndex] = await query({ ...login, options: "-c enable_seqscan=off" }, digest);
  expect(byIndex).toEqual(byScan);
});
