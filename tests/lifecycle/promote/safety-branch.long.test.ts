import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { preparePromotion, readPromotionState } from "../../support/finish/promotion.ts";

test("a promotion that is tried again keeps the parent as it was just before, on the same branch", async () => {
  const shop = await preparePromotion();
  const { directory, sql, verify, refuse, confirm, feature_id } = shop;
  await sql("create table visits (id int)");
  await verify();
  const before = await readPromotionState(shop);
  const hook = join(directory, ".git/hooks/reference-transaction");
  await writeFile(hook, '#!/bin/sh\n[ "$1" != prepared ] || ! grep -q refs/heads/main\n');
  await chmod(hook, 0o755);
  expect(await refuse({ confirm: true })).toMatchObject({ code: "target_refused" });
  await rm(hook);
  await sql("insert into visits values (1)");
  const safety = `before-${feature_id.toLowerCase()}`;
  expect(await confirm({ accept: ["target_moved"] })).toMatchObject({
    state: "promoted",
    database: { safety_branch: safety },
  });
  expect(await sql("select id from visits", safety)).toEqual([{ id: 1 }]);
  expect((await readPromotionState(shop)).branches).toEqual([safety, ...before.branches].sort());
});

test("a half migrated parent is not forgotten when the next promotion fails before it migrates", async () => {
  const fails = `process.exit(process.env.LAKEBASE_BRANCH.startsWith("parent-") ? 3 : 0)`;
  const migration = [process.execPath, "migrate.cjs"];
  const shop = await preparePromotion({ promote: { migrate: [migration, [process.execPath, "-e", fails]] } });
  const { server, verify, refuse, confirm, writePlan, write, directory, git, sql, input, feature_id } = shop;
  await verify();
  expect(await refuse({ confirm: true })).toMatchObject({ code: "migration_failed" });
  await writePlan({ promote: { migrate: migration } });
  await verify();
  const hook = join(directory, ".git/hooks/reference-transaction");
  await write(directory, {
    ".git/hooks/reference-transaction": '#!/bin/sh\n[ "$1" != prepared ] || ! grep -q refs/heads/main\n',
  });
  await chmod(hook, 0o755);
  expect(await refuse({ confirm: true })).toMatchObject({ code: "target_refused" });
  await rm(hook);

  const close = { feature_id, experiment_slugs: [input.experiment_slug], reason: "x", confirm: true };
  expect(await server.fail("close_experiments", close)).toMatchObject({ code: "promotion_unfinished" });
  await verify();
  const safety = `before-${feature_id.toLowerCase()}`;
  expect(await confirm()).toMatchObject({ state: "promoted", database: { safety_branch: safety } });
  const tables = "select tablename from pg_tables where schemaname = 'public'";
  expect(await sql(tables, safety)).toEqual([]);
  expect(await git("status", "--porcelain")).toBe("?? .tdd/");
});
