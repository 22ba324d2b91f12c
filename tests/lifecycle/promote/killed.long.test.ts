import { cp, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { experimentPaths, promotionPaths } from "../../../src/experiments/layout.ts";
import { deleteBranch } from "../../../src/lakebase/branches/delete-branch.ts";
import { type Prepared, preparePromotion, readPromotionState } from "../../support/finish/promotion.ts";
import { holdVerification } from "../../support/finish/verification.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { script } from "../../support/plans.ts";
import { findWorkerPid, isAlive, kill, waitFor } from "../../support/runs.ts";

const preload = pathToFileURL(resolve("tests/fixtures/kill-at-write.mjs")).href;

/** A promotion writes its journal so often: before and after each step, the safety branch's name, and its end. */
const writes = 11;

/** Between any two writes of the journal, and right after those that say that something is about to change. */
const points = [
  ...Array.from({ length: writes }, (_, index) => `${index + 1} before`),
  ...[5, 9, 10].map((write) => `${write} after`),
];

/** Takes a promotion back, so that the next one begins at what was verified. */
async function rememberVerified(shop: Prepared) {
  const { ref, git, directory, sql, lakebase, tip } = shop;
  const kept = await temporaryFolder();
  const { directory: promotions } = promotionPaths(ref);
  const { timeline } = experimentPaths(ref);
  await cp(promotions, join(kept, "promotions"), { recursive: true });
  await cp(timeline, join(kept, "timeline.json"));
  const before = await tip();
  return async () => {
    const { branches } = await readPromotionState(shop);
    for (const branch of branches.filter((name) => name.startsWith("before-")))
      await deleteBranch(lakebase, branch, { owned: true });
    await sql("drop table if exists orders, _sqlx_migrations");
    await git("reset", "--quiet", "--hard", before);
    await rm(promotions, { recursive: true });
    await cp(join(kept, "promotions"), promotions, { recursive: true });
    await cp(join(kept, "timeline.json"), timeline);
    expect(
      await readdir(join(directory, ".git")).then((names) => names.filter((name) => name.endsWith(".lock"))),
    ).toEqual([]);
  };
}

test("the same call continues a promotion that was killed after any step, and never leaves it half done", {
  timeout: 1_800_000,
}, async () => {
  const killAt = join(await temporaryFolder(), "kill-at");
  const shop = await preparePromotion({ env: { NODE_OPTIONS: `--import ${preload}`, KILL_AT: killAt } });
  const { verify, ask, confirm, journal, design, git, inCheckout } = shop;
  const before = await readPromotionState(shop);
  await verify();
  const reset = await rememberVerified(shop);

  for (const point of points) {
    await writeFile(killAt, `promotion.json ${point}`);
    const killed = await ask({ confirm: true });
    expect(killed.state, point).not.toBe("promoted");
    expect((await journal())?.state, point).toBe("running");
    const half = await readPromotionState(shop);
    // Code without its migration is never there, not even for a moment.
    if (half.tip === design) expect(half.tables, point).toEqual(["_sqlx_migrations", "orders"]);

    await rm(killAt);
    expect(await confirm(), point).toMatchObject({ state: "promoted", objections: [], warnings: [] });
    const after = await readPromotionState(shop);
    expect(after, point).toEqual({
      ...before,
      tip: design,
      tables: ["_sqlx_migrations", "orders"],
      branches: [expect.stringMatching(/^before-/), ...before.branches].sort((a, b) =>
        String(a) < String(b) ? -1 : 1,
      ),
    });
    expect(await git("status", "--porcelain", "--", ".", ":(exclude).tdd"), point).toBe("");
    expect(await inCheckout("design.txt"), point).toBe("a design\n");
    await reset();
  }
});

test("a killed verification leaves nothing behind, and the next one starts over", async () => {
  const shop = await preparePromotion();
  const { ask, verify, server, directory } = shop;
  const { gate, before, begun, run_id, suite } = await holdVerification(shop);
  expect(begun).toMatchObject({ state: "verifying", next_step: expect.stringContaining("wait_for_run") });
  kill(await findWorkerPid(directory, run_id));
  expect(await waitFor(server, run_id)).toMatchObject({ kind: "verification", state: "interrupted" });
  await expect.poll(() => isAlive(suite)).toBe(false);
  expect(await ask()).toMatchObject({ state: "planned", objections: [{ code: "not_verified" }] });
  expect((await readPromotionState(shop)).worktrees).toHaveLength(before.worktrees.length + 1);

  await writeFile(gate, "");
  expect(await verify()).toMatchObject({ state: "verified", verified: { cycle_id: "V2" } });
  expect(await readPromotionState(shop)).toEqual(before);
});

test("a cancelled verification ends its suites and removes its scratch", async () => {
  const shop = await preparePromotion();
  const { writePlan, ask, server, run } = shop;
  await run();
  const before = await readPromotionState(shop);
  await writePlan({
    suites: { api: script("setTimeout(() => {}, process.env.CYCLE_ID === 'V1' ? 600_000 : 0)") },
  });
  await run();
  const { run_id = "" } = await ask({ verify: true, wait_seconds: 0 });
  await waitFor(server, run_id, ({ results }) => results[0]?.step === "api");
  await server.call(await import("zod").then((z) => z.looseObject({})), "cancel_run", { run_id });
  expect(await ask()).toMatchObject({
    objections: [{ code: "not_verified", message: expect.stringContaining(run_id) }],
    verified: { state: "stopped" },
  });
  expect(await readPromotionState(shop)).toEqual(before);
});
