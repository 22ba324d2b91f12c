import { expect, test } from "vitest";
import { createMerge } from "../../../src/git/merge/create-merge.ts";
import { planMerge } from "../../../src/git/merge/plan-merge.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { temporaryRepository } from "../../support/repository.ts";

async function prepare() {
  const shop = await temporaryRepository();
  const base = await shop.commit("main", { "shop.ts": "one\n", "other.ts": "one\n" });
  const design = await shop.commit("design", { "shop.ts": "two\n" });
  const plan = async (target: string, commit: string) =>
    planMerge(shop.directory, { target, commit }, await temporaryFolder());
  return { ...shop, base, design, plan };
}

test("reports a fast-forward, a merge, nothing to merge, or conflicts with the file names", async () => {
  const { base, design, plan, commit } = await prepare();
  const beside = await commit("beside", { "other.ts": "two\n" });
  const against = await commit("against", { "shop.ts": "three\n" });
  expect(await plan(base, design)).toEqual({ how: "fast_forward", conflicts: [] });
  expect(await plan(design, base)).toEqual({ how: "up_to_date", conflicts: [] });
  expect(await plan(beside, design)).toEqual({ how: "merge", conflicts: [] });
  expect(await plan(against, design)).toEqual({ how: "conflict", conflicts: ["shop.ts"] });
});

test("leaves no object behind after planning, and cannot merge unrelated histories", async () => {
  const { design, plan, commit, git } = await prepare();
  const beside = await commit("beside", { "other.ts": "two\n" });
  const objects = await git("count-objects");
  await plan(beside, design);
  expect(await git("count-objects")).toBe(objects);
  await git("checkout", "--quiet", "--orphan", "alone");
  await git("commit", "--quiet", "-m", "alone");
  const alone = await git("rev-parse", "HEAD");
  await expect(plan(alone, design)).rejects.toMatchObject({ code: "merge_not_tried" });
});

test("creates a merge commit without changing a branch, the index or a file", async () => {
  const { directory, base, design, commit, git } = await prepare();
  const beside = await commit("beside", { "other.ts": "two\n" });
  await git("checkout", "--quiet", "main");
  const merged = await createMerge(directory, { target: beside, commit: design, message: "Merge design" });
  expect(await git("rev-list", "--parents", "-1", merged)).toBe(`${merged} ${beside} ${design}`);
  expect(await git("show", `${merged}:shop.ts`)).toBe("two");
  expect(await git("show", `${merged}:other.ts`)).toBe("two");
  expect(await git("rev-parse", "main")).toBe(base);
  expect(await git("status", "--porcelain")).toBe("");
});

test("creates no merge when there is a conflict", async () => {
  const { directory, design, commit } = await prepare();
  const against = await commit("against", { "shop.ts": "three\n" });
  const merge = createMerge(directory, { target: against, commit: design, message: "Merge design" });
  await expect(merge).rejects.toMatchObject({
    code: "merge_conflict",
    message: expect.stringContaining("shop.ts"),
  });
});
