import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { type Prepared, preparePromotion, readPromotionState } from "../../support/finish/promotion.ts";
import { script } from "../../support/plans.ts";
import { waitFor } from "../../support/runs.ts";

const codes = async ({ ask }: Prepared) => (await ask()).objections.map(({ code }) => code);

test("refuses to verify or promote uncommitted, unmeasured or conflicting code", async () => {
  const shop = await preparePromotion();
  const { write, code, git, commit, run, refuse, ask } = shop;
  const before = await readPromotionState(shop);

  await write(code, { "draft.txt": "mine\n" });
  expect(await codes(shop)).toEqual(["dirty_worktree", "not_verified"]);
  expect(await refuse({ verify: true })).toMatchObject({
    code: "dirty_worktree",
    message: expect.stringContaining("draft.txt"),
  });
  expect(await readFile(join(code, "draft.txt"), "utf8")).toBe("mine\n");

  const own = await commit({ "shop.txt": "two\n" });
  expect(await codes(shop)).toEqual(["not_measured", "not_verified"]);
  expect(await refuse({ verify: true })).toMatchObject({
    code: "not_measured",
    message: expect.stringContaining(own.slice(0, 12)),
  });

  await commit({ "shop.txt": "three\n" }, shop.directory);
  await run();
  expect(await ask()).toMatchObject({
    state: "planned",
    code: { how: "conflict", conflicts: ["shop.txt"] },
    objections: [
      { code: "merge_conflict", hint: expect.stringContaining("merge main") },
      { code: "not_verified" },
    ],
  });
  expect(await refuse({ verify: true })).toMatchObject({ code: "merge_conflict" });
  expect(await refuse({ confirm: true })).toMatchObject({
    code: "merge_conflict",
    message: expect.stringContaining("not_verified"),
  });
  expect(await readPromotionState(shop)).toEqual({ ...before, tip: await git("rev-parse", "main") });
});

test("promotes only a winner, and one of several only if that is accepted", async () => {
  const shop = await preparePromotion();
  const { server, feature_id, run, ask, refuse, verify, confirm, commit } = shop;
  const cut = await server.call(
    z.object({ experiments: z.array(z.object({ code_directory: z.string() })) }),
    "create_experiments",
    { feature_id, experiments: [{ experiment_slug: "exp-b" }] },
  );
  const other = cut.experiments[0]?.code_directory ?? "";
  await run();
  const about = { experiment_slug: "exp-b" };
  expect(await ask(about)).toMatchObject({
    objections: [{ code: "not_a_winner" }, { code: "not_verified" }],
  });
  expect(await refuse({ ...about, verify: true, accept: ["not_a_winner"] })).toMatchObject({
    code: "not_a_winner",
  });

  await commit({ "design.txt": "another\n" }, other);
  await run();
  const verified = await verify();
  expect(verified).toMatchObject({
    state: "verified",
    objections: [
      { code: "not_recommended", acceptable: true, message: expect.stringContaining("one must be chosen") },
    ],
    next_step: expect.stringContaining('accept ["not_recommended"]'),
  });
  expect(await refuse({ confirm: true })).toMatchObject({
    code: "not_recommended",
    hint: expect.stringContaining('accept ["not_recommended"]'),
  });
  expect(await confirm({ accept: ["not_recommended"] })).toMatchObject({ state: "promoted" });
  expect(await shop.journal()).toMatchObject({ accepted: ["not_recommended"] });
});

test("does not promote a winner that fails after the merge, and keeps the experiment's own evidence", async () => {
  const shop = await preparePromotion({
    plan: {
      suites: {
        api: script(
          "const fs = require('node:fs'); process.exit(fs.existsSync('design.txt') && !fs.existsSync('trap.txt') ? 0 : 1)",
        ),
      },
    },
  });
  const { commit, verify, refuse, server, feature_id } = shop;
  await commit({ "trap.txt": "merged\n" }, shop.directory);
  const before = await readPromotionState(shop);
  expect(await verify()).toMatchObject({
    state: "planned",
    code: { how: "merge" },
    verified: { state: "failed", by_tag: { api: { passed: 0, failed: 1 } } },
    objections: [{ code: "verification_failed", message: expect.stringContaining("api 0/1") }],
  });
  expect(await refuse({ confirm: true })).toMatchObject({ code: "verification_failed" });
  expect(await readPromotionState(shop)).toEqual(before);
  const compared = await server.call(z.looseObject({ winners: z.array(z.string()) }), "compare_experiments", {
    feature_id,
  });
  expect(compared.winners).toEqual(["exp-a"]);
});

test("a migration that fails on the parent's fork never reaches the parent", async () => {
  const shop = await preparePromotion({
    promote: { migrate: [process.execPath, "-e", "console.error('no such column'); process.exit(3)"] },
  });
  expect(await shop.verify()).toMatchObject({
    objections: [{ code: "verification_failed", message: expect.stringContaining("exited with status 3") }],
  });
  expect(await shop.sql("select * from pg_tables where schemaname = 'public'")).toEqual([]);
});

test("refuses a plan that changed since, an active run, and verify together with confirm", async () => {
  const shop = await preparePromotion();
  const { verify, writePlan, refuse, server, feature_id, directory } = shop;
  await verify();
  expect(await refuse({ verify: true, confirm: true })).toMatchObject({ code: "invalid_input" });
  const gate = join(directory, ".tdd", "gate");
  const wait = `const { existsSync } = require('node:fs'); setInterval(() => existsSync(${JSON.stringify(gate)}) && process.exit(0), 50)`;
  await writePlan({ promote: { migrate: [process.execPath, "-e", ""] } });
  expect(await refuse({ confirm: true })).toMatchObject({
    code: "not_verified",
    message: expect.stringContaining("plan.json has changed"),
  });
  await writePlan({ suites: { api: script(wait) } });
  const { run_id } = await server.call(z.object({ run_id: z.string() }), "run_experiments", { feature_id });
  expect(await refuse({ confirm: true })).toMatchObject({ code: "experiment_busy", retryable: true });
  await writeFile(gate, "");
  await waitFor(server, run_id);
});

test("answers input that names nothing with a code and a hint", async () => {
  const { refuse } = await preparePromotion();
  expect(await refuse({ experiment_slug: "exp-z" })).toMatchObject({ code: "unknown_experiment" });
  expect(await refuse({ feature_id: "nowhere" })).toMatchObject({ code: "unknown_feature" });
  expect(await refuse({ experiment_slug: "../exp-a" })).toMatchObject({ code: "invalid_input" });
});
