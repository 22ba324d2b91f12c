import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockBranch } from "../../../src/git/merge/lock-branch.ts";
import { temporaryRepository } from "../../support/repository.ts";

async function prepare() {
  const shop = await temporaryRepository();
  const from = await shop.commit("main", { "shop.ts": "one\n" });
  const to = await shop.commit("design", { "shop.ts": "two\n" });
  await shop.git("checkout", "--quiet", "main");
  const move = { from, to, message: "promote design" };
  const isLocked = () => existsSync(join(shop.directory, ".git/refs/heads/main.lock"));
  return { ...shop, move, isLocked, tip: () => shop.git("rev-parse", "main") };
}

test("keeps others from moving a locked branch, then advances it with a reflog entry", async () => {
  const { directory, git, move, tip, isLocked } = await prepare();
  {
    await using held = await lockBranch(directory, "main", move);
    await expect(git("commit", "--allow-empty", "-m", "meanwhile")).rejects.toThrow(/lock/);
    expect(await tip()).toBe(move.from);
    await held.advance();
  }
  expect(await tip()).toBe(move.to);
  expect(isLocked()).toBe(false);
  expect(await git("reflog", "main", "-1", "--format=%gs")).toBe("promote design");
});

test("leaves a branch in place when its lock is released", async () => {
  const { directory, move, tip, isLocked } = await prepare();
  await (await lockBranch(directory, "main", move))[Symbol.asyncDispose]();
  expect(await tip()).toBe(move.from);
  expect(isLocked()).toBe(false);
});

test("refuses a branch that has moved or that another git process has locked", async () => {
  const { directory, move, tip, isLocked } = await prepare();
  const other = { ...move, from: move.to };
  await expect(lockBranch(directory, "main", other)).rejects.toMatchObject({ code: "target_moved" });
  await expect(lockBranch(directory, "nowhere", move)).rejects.toMatchObject({ code: "target_moved" });
  expect(isLocked()).toBe(false);
  await writeFile(join(directory, ".git/refs/heads/main.lock"), "");
  await expect(lockBranch(directory, "main", move)).rejects.toMatchObject({
    code: "target_locked",
    message: expect.stringContaining("main.lock"),
    retryable: true,
  });
  expect(await tip()).toBe(move.from);
});
