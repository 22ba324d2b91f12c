import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { deleteBranch } from "../../../src/lakebase/branches/delete-branch.ts";
import { addUserThings, closeRecord, openShop } from "../../support/shop.ts";

test("removes or names what closing could not remove, and nothing of the user's", async () => {
  const shop = await openShop();
  const { cleanUp, create, branches, own, lakebase, git, directory, feature_id, look, before } = {
    ...shop,
    ...(await addUserThings(shop)),
  };
  await create("exp-a", "exp-b", "exp-c", "exp-d", "exp-e");
  const worktree = (slug: string) => `${directory}.worktrees/${feature_id}/${slug}`;
  // Its branch came through, and Lakebase deleted it not.
  await (await closeRecord(shop, "exp-a"))();
  await git("worktree", "remove", worktree("exp-a"));
  // Another branch has the name of one that was closed.
  await (await closeRecord(shop, "exp-b", { branch_uid: "br-another-one-12345678" }))();
  await git("worktree", "remove", worktree("exp-b"));
  await git("worktree", "lock", "--reason", "on a disk", worktree("exp-c"));
  await (await closeRecord(shop, "exp-c", { worktree: "left" }))();
  await closeRecord(shop, "exp-d");
  await deleteBranch(lakebase, `${own}--exp-e`, { owned: true });

  const found = await cleanUp(true);
  // In the order of the list, which is that in which they came to be.
  expect(found.removed.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
    `branch ${own}--exp-a`,
    `branch ${own}--exp-c`,
  ]);
  const left = new Map(found.left.map((each) => [each.name, each]));
  expect(left.get(`${own}--exp-b`)).toMatchObject({ left: expect.stringContaining("no record") });
  expect(left.get(worktree("exp-c"))).toMatchObject({ left: expect.stringContaining("locked (on a disk)") });
  expect(left.get(`${feature_id}/exp-d`)).toMatchObject({ why: expect.stringContaining("closing") });
  expect(left.get(`${feature_id}/exp-e`)).toMatchObject({ why: expect.stringContaining("no longer exists") });
  expect(await branches()).toEqual([`${own}--exp-b`, `${own}--exp-d`, `${own}--mine`, `${own}-mine`]);
  for (const slug of ["exp-a", "exp-b", "exp-c", "exp-d", "exp-e"])
    expect(await git("branch", "--list", `experiment/${feature_id}/${slug}`)).not.toBe("");
  expect(existsSync(worktree("exp-d"))).toBe(true);
  expect(await look()).toEqual(before);
});
