import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { artifactPath } from "../../../src/experiments/layout.ts";
import { readOutcomes } from "../../../src/experiments/outcomes/outcomes.ts";
import { preparePromotion, readPromotionState } from "../../support/finish/promotion.ts";

test("a winner is planned, verified and promoted, and leaves only the safety branch", async () => {
  const shop = await preparePromotion();
  const { ask, verify, confirm, tip, design, sql, git, ref, parent, feature_id } = shop;
  const before = await readPromotionState(shop);
  expect(before.tables).toEqual([]);
  const outcomes = await readOutcomes(ref);

  const planned = await ask();
  expect(planned).toMatchObject({
    state: "planned",
    mode: "merge",
    code: { target: "main", how: "fast_forward", experiment_commit: design },
    database: { parent_branch: parent, safety_branch: `before-${feature_id.toLowerCase()}` },
    next_step: expect.stringContaining("verify: true"),
  });
  expect(planned.objections.map(({ code }) => code)).toEqual(["not_verified"]);
  expect(planned.database.commands).toEqual([expect.stringContaining("migrate.cjs")]);
  expect(await readPromotionState(shop)).toEqual(before);

  const verified = await verify();
  expect(verified).toMatchObject({
    state: "verified",
    objections: [],
    code: { merge_commit: design },
    verified: { state: "succeeded", cycle_id: "V1", by_tag: { api: { passed: 1, failed: 0 } } },
    database: { pending: ["sqlx 2"] },
  });
  expect(await readPromotionState(shop)).toEqual(before);
  expect(existsSync(artifactPath(ref, "V1", "api.cases.json"))).toBe(true);
  expect(await readOutcomes(ref)).toEqual(outcomes);

  const promoted = await confirm();
  expect(promoted).toMatchObject({
    state: "promoted",
    objections: [],
    code: { target: "main", merge_commit: design },
    steps: ["safety_branch done", "migrate done", "checkouts done", "advance done"],
    log: expect.stringContaining("V1/promotion-"),
  });
  expect(await tip()).toBe(design);
  expect(await git("status", "--porcelain")).toBe("?? .tdd/");
  expect(await shop.inCheckout("design.txt")).toBe("a design\n");
  expect(await readPromotionState(shop)).toEqual({
    ...before,
    tip: design,
    tables: ["_sqlx_migrations", "orders"],
    branches: [...before.branches, promoted.database.safety_branch].sort(),
  });
  expect(
    await sql("select * from pg_tables where schemaname = 'public'", promoted.database.safety_branch),
  ).toEqual([]);
  expect(await confirm()).toMatchObject({ state: "promoted" });
  expect((await shop.runs()).map(({ kind }) => kind)).toEqual(["promotion", "verification", undefined]);
});
