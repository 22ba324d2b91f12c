import { join } from "node:path";
import { expect, test } from "vitest";
import { preparePromotion } from "../../support/finish/promotion.ts";

test("promotion does not start while a checkout of the target has changes or files in the way", async () => {
  const shop = await preparePromotion({ design: { "key.txt": "theirs\n" } });
  const { directory, write, verify, ask, refuse, git, tip, inCheckout, sql } = shop;
  const before = await tip();
  await verify();
  await write(directory, { "shop.txt": "mine\n" });
  expect(await ask()).toMatchObject({ state: "planned", objections: [{ code: "checkout_dirty" }] });
  expect(await refuse({ confirm: true })).toMatchObject({
    code: "checkout_dirty",
    message: expect.stringContaining(directory),
  });
  await git("checkout", "--quiet", "shop.txt");
  await write(directory, { "key.txt": "mine\n", ".git/info/exclude": "key.txt\n" });
  expect(await refuse({ confirm: true })).toMatchObject({
    code: "checkout_in_the_way",
    message: expect.stringContaining("key.txt"),
  });
  expect(await inCheckout("key.txt")).toBe("mine\n");
  expect(await tip()).toBe(before);
  expect(await sql("select * from pg_tables where schemaname = 'public'")).toEqual([]);
});

test("promotion ignores a checkout of another git branch, and updates a worktree of the target", async () => {
  const shop = await preparePromotion();
  const { directory, verify, confirm, git, tip, design, write } = shop;
  await git("checkout", "--quiet", "-b", "mine");
  const beside = `${directory}-beside`;
  await git("worktree", "add", "--quiet", beside, "main");
  await write(beside, { "notes.local": "kept\n" });
  await write(directory, { "shop.txt": "mine\n", "draft.txt": "mine\n" });
  await verify();
  expect(await confirm()).toMatchObject({ state: "promoted", code: { target: "main" } });
  expect(await tip()).toBe(design);
  expect(await git("status", "--porcelain")).toBe(" M shop.txt\n?? .tdd/\n?? draft.txt");
  expect(await git("rev-parse", "--abbrev-ref", "HEAD")).toBe("mine");
  expect(await git("-C", beside, "status", "--porcelain", "--ignored")).toBe("!! notes.local");
  expect(await git("-C", beside, "rev-parse", "HEAD")).toBe(design);
  expect(await git("worktree", "list", "--porcelain")).toContain(join(beside));
});
