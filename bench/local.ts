import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import timers from "node:timers/promises";
import { promisify } from "node:util";
import { execa } from "execa";
import pg from "pg";
import { eventually, Machine, program, query } from "../packages/lakebase-local/tests/machine.ts";
import { median } from "../src/comparison/statistics/sample.ts";
import { createBranch, openApi } from "./local/api.ts";
import { benchAtOnce } from "./local/at-once.ts";
import { benchTemplates } from "./local/templates.ts";
import { print } from "./support/print.ts";
import { timed } from "./support/timed.ts";

const run = promisify(execFile);
const rounds = 5;
const megabytes = process.argv.slice(2).map(Number);
const sizes = megabytes.length > 0 ? megabytes : [50, 200];

/** lakebase-local: branches compared with plain copies, many at once, waking, memory, start-up. Times in ms. */
async function main(): Promise<void> {
  print(`${cpus().length} cores, Node ${process.version}; medians of ${rounds}, best in brackets`);
  for (const size of sizes) await benchBranches(size);
  await benchAtOnce();
  await benchWaking();
  await benchStartUp();
}

async function benchBranches(size: number): Promise<void> {
  const machine = await Machine.create({ LAKEBASE_LOCAL_MAX_COMPUTES: "100" });
  try {
    const login = await grow(machine, size);
    await branchBesideCopy(machine, `${size} MB, idle parent`);
    await benchTemplates(machine, login, `${size} MB, idle parent`);
    const stop = new AbortController();
    const writers = Array.from({ length: 4 }, () => write(login, stop.signal));
    await branchBesideCopy(machine, `${size} MB, 4 writers`);
    stop.abort();
    const counts = await Promise.all(writers);
    print(`    the writers committed ${sum(counts)} transactions meanwhile`);
    await manyAtOnce(machine, `${size} MB, 8 at once`);
    if (size === sizes[0]) await memoryPerBranch(machine);
  } finally {
    await machine.destroy();
  }
}

/** Fills production until its directory has about the given size. */
async function grow(machine: Machine, size: number): Promise<pg.ClientConfig> {
  const login = await machine.login("production");
  await query(
    login,
    "CREATE TABLE tally (id int PRIMARY KEY, count int); INSERT INTO tally SELECT id, 0 FROM generate_series(0, 99) AS id",
  );
  const missing = Math.max(0, size - 46);
  const filler = `CREATE TABLE filler AS SELECT i, repeat(md5(i::text), 30) AS text FROM generate_series(1, ${missing * 1000}) AS i`;
  await query(login, filler);
  await query(login, "CHECKPOINT").catch(() => {});
  return login;
}

async function write(login: pg.ClientConfig, signal: AbortSignal): Promise<number> {
  const client = new pg.Client(login);
  await client.connect();
  let count = 0;
  for (; !signal.aborted; count += 1) {
    await client.query("UPDATE tally SET count = count + 1 WHERE id = $1", [count % 100]);
  }
  await client.end();
  return count;
}

/** Alternates the two, so that both see the same machine. */
async function branchBesideCopy(machine: Machine, title: string): Promise<void> {
  const source = await productionDirectory(machine);
  const api = await openApi(machine);
  const copies: number[] = [];
  const branches: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const target = join(machine.home, "data", "copy.plain");
    copies.push(await timed(() => execa("cp", ["-a", source, target], { reject: false })));
    await rm(target, { recursive: true });
    const id = `bench-${round}`;
    branches.push(await timed(() => createBranch(api, id)));
    await machine.deleteBranch(id, { purge: true });
  }
  const ratio = (median(branches) / median(copies)).toFixed(2);
  print(`${title}: branch ${figures(branches)}, cp -a ${figures(copies)}, ratio ${ratio}`);
}

async function manyAtOnce(machine: Machine, title: string): Promise<void> {
  const source = await productionDirectory(machine);
  const api = await openApi(machine);
  const numbers = Array.from({ length: 8 }, (_, number) => number);
  const target = (number: number) => join(machine.home, "data", `copy-${number}.plain`);
  const copying = await timed(() =>
    Promise.all(numbers.map((number) => execa("cp", ["-a", source, target(number)]))),
  );
  await Promise.all(numbers.map((number) => rm(target(number), { recursive: true })));
  const branching = await timed(() =>
    Promise.all(numbers.map((number) => createBranch(api, `many-${number}`))),
  );
  print(
    `${title}: branches ${branching.toFixed(0)}, cp -a ${copying.toFixed(0)}, ratio ${(branching / copying).toFixed(2)}`,
  );
}

/** The proportional memory of all processes of each running branch, as Linux counts it. */
async function memoryPerBranch(machine: Machine): Promise<void> {
  if (process.platform !== "linux") return;
  for (let number = 0; number < 8; number += 1) await machine.sql(`many-${number}`, "SELECT 1");
  const { branches = [], pid = 0 } = await machine.status();
  const pids = branches.flatMap((branch) => branch.pid ?? []);
  const each = await Promise.all(
    pids.map(async (postmaster) => sum(await Promise.all((await family(postmaster)).map(pss)))),
  );
  print(
    `memory of an idle running branch: ${(median(each) / 1024).toFixed(1)} MB; of the daemon: ${((await pss(pid)) / 1024).toFixed(0)} MB`,
  );
}

async function family(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return [pid, ...children.split(" ").filter(Boolean).map(Number)];
}

/** In kilobytes. */
async function pss(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
}

async function benchWaking(): Promise<void> {
  const machine = await Machine.create({ LAKEBASE_LOCAL_SUSPEND_SECONDS: "0.01" });
  try {
    const login = await machine.login("production");
    const asleep = async () =>
      (await machine.status()).branches?.every(({ state }) => state === "asleep") ?? false;
    const cold: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await eventually(asleep);
      await timers.setTimeout(100);
      cold.push(await timed(() => query(login, "SELECT 1")));
    }
    const client = new pg.Client(login);
    await client.connect();
    const warm: number[] = [];
    for (let round = 0; round < rounds; round += 1) warm.push(await timed(() => query(login, "SELECT 1")));
    await client.end();
    print(`a session with one query: from sleep ${figures(cold)}, awake ${figures(warm)}`);
  } finally {
    await machine.destroy();
  }
}

async function benchStartUp(): Promise<void> {
  const machine = await Machine.create();
  try {
    print(`first use, to a production branch: ${(await timed(() => machine.run("start"))).toFixed(0)}`);
    const [bare, version, get]: number[][] = [[], [], []];
    for (let round = 0; round < rounds * 2; round += 1) {
      bare?.push(await timed(() => run(process.execPath, ["-e", "0"])));
      version?.push(await timed(() => run(process.execPath, [program, "version"])));
      get?.push(
        await timed(() => machine.run("postgres", "get-branch", "projects/local/branches/production")),
      );
    }
    print(
      `command start-up: version ${figures(version ?? [])}, get-branch ${figures(get ?? [])}, node -e 0 ${figures(bare ?? [])}`,
    );
  } finally {
    await machine.destroy();
  }
}

async function productionDirectory(machine: Machine): Promise<string> {
  const { branches = [] } = await machine.status();
  return branches.find(({ name }) => name.endsWith("/production"))?.data ?? "";
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function figures(values: number[]): string {
  return `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)})`;
}

await main();
