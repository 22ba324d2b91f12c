import { expect, test } from "vitest";
import { type Ledger, ledgerTools } from "../../../schemas/promotion/ledger.ts";
import { inspectMigrations } from "../../../src/lifecycle/promote/checks/inspect-migrations.ts";
import { temporaryRepository } from "../../support/repository.ts";

const files: Record<Ledger["tool"], Record<string, string>> = {
  drizzle: { "drizzle/meta/_journal.json": JSON.stringify({ entries: [{ when: 1 }, { when: 2 }] }) },
  prisma: { "prisma/migrations/1_init/migration.sql": "", "prisma/migrations/2_more/migration.sql": "" },
  knex: { "migrations/1_init.ts": "", "migrations/2_more.ts": "" },
  "node-pg-migrate": { "migrations/1_init.sql": "", "migrations/2_more.js": "" },
  flyway: { "src/db/V1__init.sql": "", "src/db/V2.1__more.java": "" },
  alembic: {
    "alembic/versions/a.py": 'revision = "aa11"\n',
    "alembic/versions/b.py": "revision: str = 'bb22'\ndown_revision = 'aa11'\n",
  },
  sqlx: {
    "migrations/0001_init.up.sql": "",
    "migrations/0002_more.sql": "",
    "migrations/0001_init.down.sql": "",
  },
  goose: { "db/00001_init.sql": "", "db/00002_more.go": "" },
  rails: { "db/migrate/20240101_init.rb": "", "db/migrate/20240102_more.rb": "" },
};

/** What the ledger of each tool says after the first migration, and a name that no code has. */
const entries: Record<Ledger["tool"], [first: string, second: string]> = {
  drizzle: ["1", "2"],
  prisma: ["1_init", "2_more"],
  knex: ["1_init.js", "2_more"],
  "node-pg-migrate": ["1_init", "2_more"],
  flyway: ["V1__init.sql", "V2.1__more"],
  alembic: ["aa11", "bb22"],
  sqlx: ["1", "2"],
  goose: ["1", "2"],
  rails: ["20240101", "20240102"],
};

test.each(ledgerTools)("%s: finds migrations that only the code or only the ledger has", async (tool) => {
  const { directory, commit } = await temporaryRepository();
  const first = await commit("main", files[tool]);
  const [applied, open] = entries[tool];
  const ledger = (...all: string[]): Ledger => ({ tool, table: "t", applied: all, failed: [] });
  const look = (ledgers: Ledger[], more: object = {}) =>
    inspectMigrations({
      ...{ workspace: directory, commit: first, migrates: true },
      state: { objects: {}, rows: {}, ledgers },
      ...more,
    });
  // alembic keeps the last one alone, so that only a verification tells what comes.
  const verified = [ledger(applied, open)];
  expect(await look([ledger(applied)], { verified })).toMatchObject({
    pending: [`${tool} ${open}`],
    objections: [],
  });
  if (tool !== "alembic")
    expect(await look([ledger(applied)])).toMatchObject({ pending: [`${tool} ${open}`] });
  expect(await look([ledger(applied, "unheard-of")], { verified })).toMatchObject({
    objections: [
      { code: "unknown_migrations", acceptable: true, message: expect.stringContaining("unheard-of") },
    ],
  });
  expect(await look([{ ...ledger(applied), failed: [open] }], { verified: [ledger(applied)] })).toMatchObject(
    {
      objections: [{ code: "failed_migrations", acceptable: false }],
    },
  );
});

test("code without recognizable migrations is fine, and a target ahead of the parent is a warning", async () => {
  const { directory, commit } = await temporaryRepository();
  const bare = await commit("main", { "shop.ts": "" });
  const ledgers: Ledger[] = [{ tool: "prisma", table: "t", applied: ["1_init"], failed: [] }];
  const state = { objects: {}, rows: {}, ledgers };
  const input = { workspace: directory, state, migrates: true };
  expect(await inspectMigrations({ ...input, commit: bare })).toEqual({
    pending: [],
    objections: [],
    warnings: [],
  });
  const ahead = await commit("main", files.prisma);
  expect(await inspectMigrations({ ...input, commit: ahead, target_commit: ahead })).toMatchObject({
    warnings: [expect.stringContaining("prisma 2_more")],
  });
});

test("does not wait for flyway to undo migrations, nor for a baseline, but knows both", async () => {
  const { directory, commit } = await temporaryRepository();
  const sql = { "db/V1__init.sql": "", "db/U1__init.sql": "", "db/B1__base.sql": "", "db/R__views.sql": "" };
  const at = await commit("main", sql);
  const look = (...applied: string[]) =>
    inspectMigrations({
      ...{ workspace: directory, commit: at, target_commit: at, migrates: false },
      state: { objects: {}, rows: {}, ledgers: [{ tool: "flyway", table: "t", applied, failed: [] }] },
    });
  expect(await look("V1__init.sql", "R__views.sql")).toEqual({ pending: [], objections: [], warnings: [] });
  expect(await look("B1__base.sql", "U1__init.sql")).toMatchObject({
    pending: ["flyway R__views", "flyway V1__init"],
    objections: [{ code: "unapplied_migrations" }],
  });
});
