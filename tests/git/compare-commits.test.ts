import { describe, expect, it } from "vitest";
import { readCodeDiff } from "../../src/git/code-diff.ts";
import { tryMerge } from "../../src/git/merge-tree.ts";
import { temporaryRepository } from "../support/repository.ts";
import { temporaryFolder } from "../support/temporary.ts";

const missing = "0123456789abcdef0123456789abcdef01234567";

async function raced() {
  const repository = await temporaryRepository();
  const { commit } = repository;
  const base = await commit("main", { "shop.ts": "one\ntwo\nthree\n", "readme.md": "shop\n" });
  const a = await commit("a", { "shop.ts": "one\nTWO\nthree\n", "new file.ts": "a\nb\n" });
  const b = await commit("b", { "shop.ts": "one\n2\nthree\n" });
  const c = await commit("c", { "readme.md": "our shop\n", ".tdd/features/F1/plan.json": "{}\n" });
  return { ...repository, base, a, b, c };
}

describe("tryMerge", () => {
  it("tells a clean merge from one with conflicts, and names the files", async () => {
    const { directory, a, b, c, git } = await raced();
    expect(await tryMerge(directory, a, c)).toEqual({ clean: true, conflicts: [] });
    expect(await tryMerge(directory, a, b)).toEqual({ clean: false, conflicts: ["shop.ts"] });
    expect(await git("status", "--porcelain")).toBe("");
  });

  it("does not know what is no commit", async () => {
    const { directory, a } = await raced();
    for (const other of [missing, "--help", "main:shop.ts"]) {
      expect(await tryMerge(directory, a, other)).toBeUndefined();
    }
  });

  it("does not know outside a repository", async () => {
    expect(await tryMerge(await temporaryFolder(), missing, missing)).toBeUndefined();
  });
});

describe("readCodeDiff", () => {
  it("counts added and removed lines since the branches parted, not what the base did since", async () => {
    const { directory, a, commit } = await raced();
    await commit("main", { "later.ts": "1\n2\n3\n4\n5\n" });
    expect(await readCodeDiff(directory, "main", a)).toEqual({ added: 3, removed: 1 });
  });

  it("passes over our records", async () => {
    const { directory, c } = await raced();
    expect(await readCodeDiff(directory, "main", c)).toEqual({ added: 1, removed: 1 });
  });

  it("counts nothing for the base itself, and does not know a missing commit", async () => {
    const { directory, base } = await raced();
    expect(await readCodeDiff(directory, "main", base)).toEqual({ added: 0, removed: 0 });
    expect(await readCodeDiff(directory, "main", missing)).toBeUndefined();
  });
});
