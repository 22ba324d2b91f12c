import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { preparePromotion, readPromotionState } from "../../support/finish/promotion.ts";
import { script } from "../../support/plans.ts";

test("promotes only the database of a design in the main checkout, and leaves its code to the user", async () => {
  const shop = await preparePromotion({
    worktree: false,
    plan: { suites: { api: script("process.exit(require('node:fs').existsSync('design.txt') ? 0 : 1)") } },
  });
  const { ask, verify, confirm, tip, write, refuse, directory, sql } = shop;
  const before = await tip();
  const left = expect.stringContaining("there is no code to merge");
  const planned = await ask();
  expect(planned).toMatchObject({ objections: [{ code: "not_verified" }], warnings: [left] });
  expect(planned.code).toBeUndefined();
  expect(await verify()).toMatchObject({ state: "verified", verified: { commit: before } });
  await write(directory, { "design.txt": "changed\n" });
  expect(await refuse({ confirm: true })).toMatchObject({ code: "dirty_worktree" });
  await write(directory, { "design.txt": "a design\n" });
  expect(await confirm()).toMatchObject({
    state: "promoted",
    warnings: [left],
    steps: ["safety_branch done", "migrate done"],
  });
  expect(await tip()).toBe(before);
  expect(await sql("select tablename from pg_tables where tablename = 'orders'")).toHaveLength(1);
});

test("stops at a git branch with the text of a pull request for teams that merge elsewhere", async () => {
  const migrate = [process.execPath, "migrate.cjs"];
  const shop = await preparePromotion({ promote: { mode: "branch", migrate } });
  const { verify, confirm, design, git, feature_id, commit, run, parent, refuse } = shop;
  const before = await readPromotionState(shop);
  await verify();
  const ready = await confirm();
  const git_branch = `promotion/${feature_id}/exp-a`;
  expect(ready).toMatchObject({
    state: "ready",
    pull_request: { git_branch, title: `${feature_id}: promote exp-a` },
    next_step: expect.stringContaining(`Push ${git_branch}`),
  });
  const body = await readFile(ready.pull_request?.path ?? "", "utf8");
  expect(body).toContain("## Verified before");
  expect(body).toContain(`on ${parent}`);
  expect(body).toContain("# Comparison of");
  expect(await git("rev-parse", git_branch)).toBe(design);
  expect(await readPromotionState(shop)).toEqual(before);

  const next = await commit({ "more.txt": "more\n" });
  await run();
  await verify();
  await confirm();
  expect(await git("rev-parse", git_branch)).toBe(next);

  const last = await commit({ "last.txt": "last\n" });
  await run();
  await verify();
  await git("branch", "--force", git_branch, "main");
  expect(await refuse({ confirm: true })).toMatchObject({ code: "git_branch_exists" });
  await git("branch", "-D", git_branch);
  expect(await confirm()).toMatchObject({ state: "ready", code: { merge_commit: last } });
});

test("prefers the plan's target to the git branch that the experiment started from", async () => {
  const shop = await preparePromotion({
    promote: { target: "release", migrate: [process.execPath, "migrate.cjs"] },
  });
  const { git, ask, verify, confirm, tip, design } = shop;
  expect(await ask()).toMatchObject({ objections: [{ code: "target_not_found" }, { code: "not_verified" }] });
  await git("branch", "release", "main");
  const main = await tip();
  await verify();
  await confirm();
  expect(await tip("release")).toBe(design);
  expect(await tip()).toBe(main);
});
