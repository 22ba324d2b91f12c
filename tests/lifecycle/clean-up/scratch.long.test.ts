import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readVerification } from "../../../src/experiments/promotion.ts";
import { cleanUp } from "../../../src/lifecycle/clean-up/clean-up.ts";
import { writeRun } from "../../../src/runs/journal/journal.ts";
import { preparePromotion, readPromotionState } from "../../support/finish/promotion.ts";
import { holdVerification } from "../../support/finish/verification.ts";
import { findWorkerPid, kill, waitFor } from "../../support/runs.ts";
import { selectOwn } from "../../support/shop.ts";

/** A promotion whose verification was killed while its suite ran. */
async function killVerification() {
  const shop = await preparePromotion();
  const { directory, feature_id, lakebase, ref } = shop;
  const { run_id, before } = await holdVerification(shop);
  const signal = new AbortController().signal;
  const clean = async (apply: boolean) =>
    selectOwn(await cleanUp({ workspace: directory, lakebase, signal }, { apply }), feature_id.toLowerCase());
  const worktree = (await readVerification(ref))?.scratch.worktree ?? "";
  return { ...shop, run_id, before, clean, worktree };
}

test("removes the scratch of a killed verification, unless it has changes or git commits that exist nowhere else", async () => {
  const shop = await killVerification();
  const { run_id, before, clean, worktree, directory, git, server } = shop;
  expect(await clean(true)).toMatchObject({ removed: [], left: [] });
  expect(existsSync(worktree)).toBe(true);

  kill(await findWorkerPid(directory, run_id));
  await waitFor(server, run_id);
  const ours = await clean(false);
  expect(ours.removable).toMatchObject([
    { kind: "branch", name: expect.stringMatching(/--verify-/), why: expect.stringContaining(run_id) },
    { kind: "worktree", name: worktree, bytes: expect.any(Number) },
    ...ours.removable.slice(2),
  ]);
  const find = async (apply: boolean) => {
    const { removed, removable, left } = await clean(apply);
    return [...removed, ...removable, ...left].find(({ name }) => name === worktree);
  };
  await git("worktree", "lock", "--reason", "on a disk", worktree);
  expect(await find(true)).toMatchObject({ left: "git keeps it locked: on a disk" });
  await git("worktree", "unlock", worktree);

  await writeFile(join(worktree, "idea.txt"), "mine");
  expect(await find(true)).toMatchObject({ left: "it was worked in after the run: idea.txt" });
  await git("-C", worktree, "add", "idea.txt");
  await git("-C", worktree, "commit", "--quiet", "-m", "an idea");
  expect(await find(true)).toMatchObject({ left: expect.stringContaining("is on no git branch") });
  expect(existsSync(worktree)).toBe(true);
  await git("branch", "idea", await git("-C", worktree, "rev-parse", "HEAD"));
  expect(await find(true)).not.toHaveProperty("left");
  expect({ ...(await readPromotionState(shop)), tip: before.tip }).toEqual(before);
});

test("finds a fork by its run after a later verification replaced its record", async () => {
  const shop = await killVerification();
  const { run_id, before, clean, directory, runs, server, worktree, git } = shop;
  kill(await findWorkerPid(directory, run_id));
  await waitFor(server, run_id);
  await rm(join(directory, ".tdd/promotions"), { recursive: true });
  // Twenty runs came after it.
  const [verification] = await runs();
  if (verification === undefined) throw new Error("There is no run.");
  for (let index = 10; index < 30; index++) {
    const created_at = new Date(Date.now() + index * 1_000).toISOString();
    await writeRun(directory, {
      ...verification,
      kind: undefined,
      run_id: `run-20260101T0000${index}-01234567`,
      created_at,
    });
  }
  // git itself would remove it with all that the submodule has.
  const allowed = ["-C", worktree, "-c", "protocol.file.allow=always"];
  await git(...allowed, "submodule", "--quiet", "add", directory, "sub");
  expect((await clean(true)).left).toContainEqual(
    expect.objectContaining({ name: worktree, left: expect.stringContaining("it has submodules") }),
  );
  await git("-C", worktree, "rm", "--quiet", "-r", "-f", "sub");
  await git("-C", worktree, "reset", "--quiet", "--hard");
  const modules = await git("-C", worktree, "rev-parse", "--path-format=absolute", "--git-path", "modules");
  await rm(modules, { recursive: true });
  const found = await clean(true);
  expect(found.removed).toContainEqual(expect.objectContaining({ name: worktree }));
  expect(await readPromotionState(shop)).toEqual(before);
});
