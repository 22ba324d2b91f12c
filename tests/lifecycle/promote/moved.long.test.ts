import { expect, test } from "vitest";
import { preparePromotion, readPromotionState } from "../../support/finish/promotion.ts";

test("verifies a moved target again, and advances it to exactly the verified merge", async () => {
  const shop = await preparePromotion();
  const { verify, commit, refuse, ask, confirm, git, tip, design, inCheckout } = shop;
  await verify();
  const moved = await commit({ "other.txt": "theirs\n" }, shop.directory);
  const before = await readPromotionState(shop);
  expect(await ask()).toMatchObject({
    state: "planned",
    objections: [{ code: "target_moved", acceptable: false }],
  });
  expect(await refuse({ confirm: true, accept: ["target_moved"] })).toMatchObject({ code: "target_moved" });
  expect(await readPromotionState(shop)).toEqual(before);

  const verified = await verify();
  expect(verified).toMatchObject({ state: "verified", code: { how: "merge", target_commit: moved } });
  const merged = verified.code?.merge_commit ?? "";
  expect(await git("rev-list", "--parents", "-1", merged)).toBe(`${merged} ${moved} ${design}`);
  await confirm();
  expect(await tip()).toBe(merged);
  expect(await inCheckout("other.txt")).toBe("theirs\n");
  expect(await inCheckout("design.txt")).toBe("a design\n");
  expect(await git("status", "--porcelain")).toBe("?? .tdd/");

  expect(await ask()).toMatchObject({ state: "promoted", warnings: [] });
  await git("reset", "--quiet", "--hard", moved);
  expect(await ask()).toMatchObject({
    state: "promoted",
    warnings: [expect.stringContaining(`no longer contains ${merged.slice(0, 12)}`)],
  });
});

test("verifies again when the parent's schema changed, but can accept changed rows", async () => {
  const shop = await preparePromotion();
  const { sql, verify, ask, refuse, confirm, parent, tip, design } = shop;
  await sql("create table visits (id int)");
  await verify();
  await sql("insert into visits values (1)");
  expect(await ask()).toMatchObject({
    state: "verified",
    objections: [
      { code: "target_moved", acceptable: true, message: expect.stringContaining("public.visits") },
    ],
  });
  expect(await refuse({ confirm: true })).toMatchObject({ code: "target_moved" });
  await sql("alter table visits add at timestamptz");
  expect(await refuse({ confirm: true, accept: ["target_moved"] })).toMatchObject({
    code: "target_moved",
    message: expect.stringContaining("column public.visits.at"),
  });
  await verify();
  await sql("insert into visits values (2)");
  const promoted = await confirm({ accept: ["target_moved"] });
  expect(promoted).toMatchObject({ state: "promoted", database: { parent_branch: parent } });
  expect(await tip()).toBe(design);
  // The safety branch has the parent as it was just before, not as it was verified.
  expect(await sql("select id from visits order by id", promoted.database.safety_branch)).toEqual([
    { id: 1 },
    { id: 2 },
  ]);
});

test("names an unknown migration on the parent, and an open one if the plan does not migrate", async () => {
  const shop = await preparePromotion({ promote: undefined });
  const { sql, ask, verify, confirm, writePlan } = shop;
  await sql(
    "create table _sqlx_migrations (version bigint primary key, success boolean); insert into _sqlx_migrations values (1, true)",
  );
  const planned = await ask();
  expect(planned.objections.map(({ code }) => code)).toEqual([
    "unknown_migrations",
    "unapplied_migrations",
    "not_verified",
  ]);
  expect(planned.objections[0]).toMatchObject({
    acceptable: true,
    message: expect.stringContaining("sqlx 1"),
  });
  expect(planned.objections[1]).toMatchObject({
    acceptable: true,
    message: expect.stringContaining("sqlx 2"),
  });
  const verified = await verify();
  expect(verified.objections.map(({ code }) => code)).toEqual([
    "unknown_migrations",
    "unapplied_migrations",
    "unmigrated_schema",
  ]);
  expect(verified.objections[2]).toMatchObject({ message: expect.stringContaining("+table public.orders") });

  await writePlan({ promote: { migrate: [process.execPath, "migrate.cjs"] } });
  const again = await verify();
  expect(again).toMatchObject({
    objections: [{ code: "unknown_migrations" }],
    database: { pending: ["sqlx 2"] },
  });
  expect(await confirm({ accept: ["unknown_migrations"] })).toMatchObject({ state: "promoted" });
});
