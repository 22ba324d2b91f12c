import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { preparePromotion, readPromotionState, sqlScript } from "../../support/finish/promotion.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const migrated = ["_sqlx_migrations", "orders"];

test("promotion does not touch the parent without a safety branch", async () => {
  const flag = join(await temporaryFolder(), "fail");
  const shop = await preparePromotion({
    env: {
      LAKEBASE_CLI: resolve("tests/fixtures/failing-create.sh"),
      EMULATOR: resolve("dist/lakebase-local.js"),
      FAIL_CREATE: flag,
    },
  });
  const { verify, refuse, confirm, design, ask } = shop;
  await verify();
  const before = await readPromotionState(shop);
  await writeFile(flag, "");
  const refused = await refuse({ confirm: true });
  expect(refused.message).toContain("Quota exceeded");
  expect(await readPromotionState(shop)).toEqual(before);
  expect(await ask()).toMatchObject({ error: { code: refused.code } });
  await rm(flag);
  expect(await confirm()).toMatchObject({ state: "promoted" });
  expect(await readPromotionState(shop)).toMatchObject({ tip: design, tables: migrated });
});

test("a failed migration keeps the target, names the log and the safety branch, and can be retried", async () => {
  const flag = join(await temporaryFolder(), "room");
  const fails = `
    if (process.env.LAKEBASE_BRANCH.startsWith("parent-") && !require("node:fs").existsSync(${JSON.stringify(flag)})) {
      console.error("no room in here");
      process.exit(3);
    }`;
  const shop = await preparePromotion({
    promote: {
      migrate: [
        [process.execPath, "-e", fails],
        [process.execPath, "migrate.cjs"],
      ],
    },
  });
  const { verify, refuse, confirm, ask, feature_id, design } = shop;
  await verify();
  const before = await readPromotionState(shop);
  const refused = await refuse({ confirm: true });
  const safety = `before-${feature_id.toLowerCase()}`;
  expect(refused).toMatchObject({
    code: "migration_failed",
    message: expect.stringContaining(`${safety} has its earlier state`),
  });
  const { log, ...unfinished } = await ask();
  expect(refused.hint).toContain(log);
  expect(await readFile(join(log ?? "", "stderr.log"), "utf8")).toContain("no room in here");
  expect(unfinished).toMatchObject({
    state: "unfinished",
    steps: ["safety_branch done", "migrate failed"],
    error: { code: "migration_failed" },
    next_step: expect.stringContaining("resume"),
  });
  expect(await readPromotionState(shop)).toEqual({ ...before, branches: [safety, ...before.branches] });

  await writeFile(flag, "");
  expect(await confirm()).toMatchObject({ state: "promoted", database: { safety_branch: safety } });
  expect(await readPromotionState(shop)).toMatchObject({
    tip: design,
    tables: migrated,
    branches: [safety, ...before.branches],
  });
});

test("a plan that changed after a failed migration must be verified before the promotion continues", async () => {
  const fails = `process.exit(process.env.LAKEBASE_BRANCH.startsWith("parent-") ? 3 : 0)`;
  const migration = [process.execPath, "migrate.cjs"];
  const shop = await preparePromotion({ promote: { migrate: [[process.execPath, "-e", fails], migration] } });
  const { verify, refuse, confirm, ask, writePlan, design, feature_id } = shop;
  await verify();
  const before = await readPromotionState(shop);
  await refuse({ confirm: true });
  // Without a migration, the code would come home alone.
  for (const promote of [{}, { migrate: migration }]) {
    await writePlan({ promote });
    expect(await ask()).toMatchObject({ state: "unfinished", objections: [{ code: "not_verified" }] });
    expect(await refuse({ confirm: true })).toMatchObject({
      code: "not_verified",
      message: expect.stringContaining("plan.json has changed"),
    });
    expect(await readPromotionState(shop)).toMatchObject({ tip: before.tip, tables: [] });
  }
  await verify();
  const safety = `before-${feature_id.toLowerCase()}`;
  expect(await confirm()).toMatchObject({ state: "promoted", database: { safety_branch: safety } });
  expect(await readPromotionState(shop)).toMatchObject({
    tip: design,
    tables: migrated,
    branches: [safety, ...before.branches],
  });
});

test("a git hook can refuse the promotion before the parent is migrated", async () => {
  const shop = await preparePromotion();
  const { directory, verify, refuse, confirm, git } = shop;
  await verify();
  const hook = join(directory, ".git/hooks/reference-transaction");
  await writeFile(hook, '#!/bin/sh\n[ "$1" != prepared ] || ! grep -q refs/heads/main\n');
  await chmod(hook, 0o755);
  expect(await refuse({ confirm: true })).toMatchObject({ code: "target_refused" });
  expect((await readPromotionState(shop)).tables).toEqual([]);
  await rm(hook);
  expect(await confirm()).toMatchObject({ state: "promoted" });
  expect(await git("status", "--porcelain")).toBe("?? .tdd/");
});

test("promotion keeps files that change during the migration, and still advances the target", async () => {
  const touch = `require("node:fs").writeFileSync(process.env.MAIN_CHECKOUT + "/shop.txt", "mine\\n")`;
  const migrate = [
    [process.execPath, "migrate.cjs"],
    [process.execPath, "-e", `process.env.LAKEBASE_BRANCH.startsWith("parent-") && ${touch}`],
  ];
  const shop = await preparePromotion({ promote: { migrate }, design: { "shop.txt": "two\n" } });
  const { verify, confirm, tip, design, inCheckout, git, directory } = shop;
  const before = await tip();
  await verify();
  const promoted = await confirm();
  expect(promoted).toMatchObject({ state: "promoted", warnings: [expect.stringContaining(directory)] });
  expect(await tip()).toBe(design);
  expect(await inCheckout("shop.txt")).toBe("mine\n");
  // As the warning says.
  await git("update-ref", "--no-deref", "HEAD", before);
  await git("switch", "--quiet", "--merge", "main");
  expect(await inCheckout("design.txt")).toBe("a design\n");
  expect(await inCheckout("shop.txt")).toContain("mine");
});

test("the next call advances the target without migrating again if git died during the migration", async () => {
  const counted = sqlScript(
    "create table if not exists counted (id serial); insert into counted default values",
  );
  const killGit = `
    const fs = require("node:fs");
    for (const pid of fs.readdirSync("/proc").filter((name) => /^\\d+$/.test(name))) {
      try {
        const words = fs.readFileSync("/proc/" + pid + "/cmdline", "utf8");
        const isOurs = fs.readlinkSync("/proc/" + pid + "/cwd") === process.env.MAIN_CHECKOUT;
        if (isOurs && words.includes("update-ref") && words.includes("--stdin")) process.kill(Number(pid), "SIGKILL");
      } catch {}
    }`;
  const shop = await preparePromotion({
    promote: {
      migrate: [
        [process.execPath, "migrate.cjs"],
        [process.execPath, "-e", counted],
        [process.execPath, "-e", killGit],
      ],
    },
  });
  const { directory, verify, refuse, confirm, tip, design, sql, ask } = shop;
  const before = await tip();
  await verify();
  expect(await refuse({ confirm: true })).toMatchObject({ code: "target_not_advanced", retryable: true });
  expect(await tip()).toBe(before);
  expect(await ask()).toMatchObject({
    state: "unfinished",
    steps: expect.arrayContaining(["migrate done", "advance failed"]),
  });
  expect(await refuse({ confirm: true })).toMatchObject({
    code: "target_locked",
    message: expect.stringContaining(".lock"),
  });
  for (const lock of ["HEAD.lock", "refs/heads/main.lock"])
    await rm(join(directory, ".git", lock), { force: true });
  expect(await confirm()).toMatchObject({ state: "promoted" });
  expect(await tip()).toBe(design);
  expect(await sql("select count(*)::int as count from counted")).toEqual([{ count: 1 }]);
});
