import type { Client } from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { difference, type TestBranch, testBranch } from "./database.ts";

let branch: TestBranch;
let client: Client;
beforeAll(async () => {
  branch = await testBranch("schema-risks");
  client = await branch.connect();
  await client.query("create extension if not exists citext with schema public");
  return () => client.end();
});

const common = `
  create table u (id int primary key);
  create domain checked as int check (value > 0);
  create domain unchecked as int;
  create type mood as enum ('x');
  create function volatile(int) returns int language plpgsql as 'begin return 1; end';
  create function "My F"() returns int language plpgsql as 'begin return 1; end';
  create function fixed(int) returns int language plpgsql immutable as 'begin return 1; end';
  create table p (k int) partition by range (k);
  create table q (k int) partition by range (k);
  create table q0 partition of q default;
`;

/** What Postgres does to the table t: whether it is written anew, read through, and locked against writes or reads. */
async function observe(before: string, statement: string) {
  await client.query("begin; create schema s; set local search_path = s, public");
  await client.query(common);
  await client.query(before);
  await client.query("commit; begin; set local search_path = s, public; set local timezone = 'Asia/Tokyo'");
  const state = async () => {
    const { rows } = await client.query<{ file: number; scans: number; mode: string | null }>(
      `select pg_relation_filenode('t')::int as file, seq_scan::int as scans,
         (select string_agg(mode, ',') from pg_locks where relation = 't'::regclass and pid = pg_backend_pid()) as mode
       from pg_stat_xact_user_tables where relid = 't'::regclass`,
    );
    return rows[0] ?? { file: 0, scans: 0, mode: null };
  };
  try {
    const [old] = [await state()];
    await client.query(statement);
    const now = await state();
    const isRewritten = now.file !== old.file;
    const isScanned = now.scans > old.scans;
    const blocksAll = now.mode?.includes("AccessExclusiveLock") === true;
    const blocksWrites = now.mode?.match(/\bShareLock|ShareRowExclusiveLock/) !== null;
    if (isRewritten) return "rewrites_table";
    if (!isScanned) return "";
    return ["scans_table", ...(blocksAll ? ["blocks_all"] : blocksWrites ? ["blocks_writes"] : [])].join(
      ", ",
    );
  } finally {
    await client.query("rollback; drop schema s cascade");
  }
}

const typeChanges = [
  "varchar(10) varchar(20)",
  "varchar(10) varchar(5)",
  "varchar(10) text",
  "varchar(10) varchar",
  "varchar(10) bpchar",
  "varchar(10) citext",
  "text varchar",
  "text varchar(10)",
  "text citext",
  "citext text",
  "numeric(10,2) numeric(12,2)",
  "numeric(10,2) numeric(12,3)",
  "numeric(10,2) numeric",
  "numeric numeric(12,3)",
  "timestamp(3) timestamp(6)",
  "timestamp(3) timestamp",
  "timestamp timestamp(3)",
  "timestamptz(3) timestamptz",
  "timestamp timestamptz",
  "time(3) time(5)",
  "interval(3) interval",
  "integer bigint",
  "integer oid",
  "integer checked",
  "mood text",
  "cidr inet",
  "varbit(3) varbit(9)",
  "bit(3) varbit",
  "char(3) char(5)",
  "char(3) text",
  "varchar(3)[] varchar(9)[]",
  "json jsonb",
].map((pair) => {
  const [from = "", to = ""] = pair.split(" ");
  return [`create table t (v ${from})`, `alter table t alter v type ${to}`] as const;
});

const newColumns = [
  "int default 1",
  "timestamptz default now()",
  "timestamptz(3) default current_timestamp(3)",
  "timestamptz default clock_timestamp()",
  "float8 default random()",
  "uuid default gen_random_uuid()",
  "bigserial",
  "int default s.volatile(1)",
  'int default "My F"()',
  "int default s.fixed(1)",
  "text default 'random()'",
  "numeric(10,2) default 0.5::numeric(10,2)",
  "text default lower('X')",
  "date default 'today'",
  "int generated always as (k + 1) stored",
  "int generated always as (k + 1) virtual",
  "int not null generated always as (k + 1) virtual",
  "bigint generated always as identity",
  "checked",
  "unchecked default 3",
  "int not null default 3",
  "int references s.u",
].map((column) => ["create table t (k int)", `alter table t add z ${column}`] as const);

const others = [
  ["create table t (k int)", "alter table t alter k set not null"],
  ["create table t (k int)", "alter table t add not null k not valid"],
  [
    "create table t (k int); alter table t add constraint n not null k not valid",
    "alter table t validate constraint n",
  ],
  ["create table t (k int)", "alter table t add check (k > 0)"],
  ["create table t (k int)", "alter table t add check (k > 0) not valid"],
  ["create table t (k int)", "alter table t add check (k > 0) not enforced"],
  ["create table t (k int, constraint c check (k > 0) not enforced)", "alter table t drop constraint c"],
  [
    "create table t (k int); alter table t add constraint c check (k > 0) not valid",
    "alter table t validate constraint c",
  ],
  ["create table t (k int)", "alter table t add foreign key (k) references u"],
  ["create table t (k int)", "alter table t add foreign key (k) references u not valid"],
  [
    "create table t (k int references u)",
    "alter table t alter constraint t_k_fkey deferrable initially deferred",
  ],
  ["create table t (k int references u)", "alter table t drop constraint t_k_fkey"],
  ["create table t (k int)", "alter table t add unique (k)"],
  ["create table t (k int4range)", "alter table t add exclude using gist (k with &&)"],
  ["create table t (k int)", "alter table t set unlogged"],
  ["create table t (k int)", "alter table t enable row level security"],
  ["create table t (k int)", "alter table t alter k set default random()"],
  [
    "create table t (k int, g int generated always as (k + 1) stored)",
    "alter table t alter g set expression as (k + 2)",
  ],
  [
    "create table t (k int, g int generated always as (k + 1) stored)",
    "alter table t alter g drop expression",
  ],
  [
    "create table t (k int, g int generated always as (k + 1) virtual)",
    "alter table t alter g set expression as (k + 2)",
  ],
  ["create table t (k int, g int generated always as (k + 1) virtual)", "alter table t alter g type bigint"],
  ["create table t (k int not null)", "alter table t alter k add generated always as identity"],
  ["create table t (k text)", 'alter table t alter k type text collate "C"'],
  ["create table t (k text); create index on t (k)", 'alter table t alter k type text collate "C"'],
  ["create table t (k text unique)", 'alter table t alter k type text collate "C"'],
  ["create table t (k int)", "create index on t (k)"],
  ["create table t (k int); create index i on t (k)", "drop index i"],
  ["create table t (k int)", "create policy o on t using (true)"],
  ["create table t (k int)", "alter table p attach partition t for values from (1) to (9)"],
  ["create table t (k checked)", "alter domain checked add check (value < 9)"],
  ["create table t (k checked)", "alter domain checked add check (value < 9) not valid"],
  ["create table t (k unchecked)", "alter domain unchecked set not null"],
  ["create materialized view t as select 1 as k", "create index on t (k)"],
] as const;

describe("risks match what Postgres does", () => {
  it.each([...typeChanges, ...newColumns, ...others])("%s; %s", async (before, statement) => {
    const done = await observe(before, statement);
    const changes = await difference(branch, common + before, statement);
    const risks = changes.flatMap((each) => each.risks ?? []).filter((risk) => risk.table === "s.t");
    expect(risks.map(({ effect }) => effect).join(", ")).toBe(done);
  });
});

describe("findRisks", () => {
  const told = async (before: string, after: string) =>
    (await difference(branch, before, after)).flatMap(({ object, risks = [] }) =>
      risks.map(
        ({ effect, table, table_bytes }) =>
          `${object}: ${effect} ${table}${table_bytes > 8192 ? "" : " (small)"}`,
      ),
    );
  const rows = "select g, g from generate_series(0, 999) g";

  it("treats a partitioned table as large as its partitions together", async () => {
    const before = `create table p (a int, b int) partition by range (a);
      create table p1 partition of p for values from (0) to (500); create table p2 partition of p default; insert into p ${rows}`;
    expect(await told(before, "alter table p alter b type bigint")).toEqual(["s.p.b: rewrites_table s.p"]);
  });

  it("reports that a new partition makes Postgres scan the default partition", async () => {
    const before = `create table p (a int, b int) partition by range (a); create table d partition of p default; insert into p ${rows}`;
    expect(await told(before, "create table n partition of p for values from (5000) to (6000)")).toEqual([
      "s.n: scans_table s.d",
      "s.n: blocks_all s.d",
    ]);
  });

  it("names the referenced table of a foreign key, even if only its action changes", async () => {
    expect(
      await told(
        "create table u (id int primary key); create table t (k int references u)",
        "alter table t drop constraint t_k_fkey; alter table t add foreign key (k) references u on delete cascade",
      ),
    ).toEqual([
      "s.t.t_k_fkey: scans_table s.t (small)",
      "s.t.t_k_fkey: blocks_writes s.t (small)",
      "s.t.t_k_fkey: blocks_writes s.u (small)",
    ]);
  });

  it("does not trust a new key on columns that may have values already", async () => {
    const before = "create table u (id int primary key); create table t (k int)";
    const keys = ["add a int default 1 references u", "add b int, add foreign key (k) references u"];
    expect(await told(before, `alter table t ${keys[0]}`)).toContain("s.t.t_a_fkey: scans_table s.t (small)");
    expect(await told(before, `alter table t ${keys[1]}`)).toContain("s.t.t_k_fkey: scans_table s.t (small)");
  });

  it("says when rows lack a value for a new column, and what is dropped along with a column", async () => {
    expect(
      await told(
        "create table t (k int, o int, g int generated always as (k) virtual)",
        "alter table t add n int not null, add m int, add not null m not valid, drop o, drop g",
      ),
    ).toEqual(["s.t.n: needs_values s.t (small)", "s.t.o: drops_data s.t (small)"]);
  });
});
