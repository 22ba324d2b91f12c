import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writePromotion } from "../../../src/experiments/promotion.ts";
import { tryMerge } from "../../../src/git/merge/merge-tree.ts";
import { Journal } from "../../../src/lifecycle/promote/journal.ts";
import { createPromotionBranch } from "../../../src/lifecycle/promote/steps/create-promotion-branch.ts";
import { makePromotion } from "../../support/promotions.ts";
import { temporaryRepository } from "../../support/repository.ts";

/** A repository whose commits have 64 digits instead of 40. */
async function longRepository() {
  const shop = await temporaryRepository();
  await rm(join(shop.directory, ".git"), { recursive: true });
  await shop.git("init", "--quiet", "--initial-branch=main", "--object-format=sha256");
  await shop.commit("main", { "shop.txt": "one\n" });
  return shop;
}

test("a git branch for a pull request is created in a repository of either format, and never moved", async () => {
  for (const open of [temporaryRepository, longRepository]) {
    const { directory, git, commit } = await open();
    const target_commit = await commit("main", { "other.txt": "one\n" });
    const merge_commit = await commit("own", { "own.txt": "a design\n" });
    const ref = { workspace: directory, feature_id: "F1", experiment_slug: "exp-a" };
    const code = {
      ...{ target: "main", target_commit, merge_commit, experiment_commit: merge_commit },
      how: "fast_forward" as const,
    };
    const promotion = makePromotion({ mode: "branch", state: "running" });
    const offer = async (commit: string) => {
      const verified = { ...promotion.verified, commit, code: { ...code, merge_commit: commit } };
      await writePromotion(ref, { ...promotion, verified });
      await createPromotionBranch(ref, new Journal(ref, { ...promotion, verified }));
    };
    await offer(merge_commit);
    expect(await git("rev-parse", "promotion/F1/exp-a")).toBe(merge_commit);
    await expect(offer(target_commit)).rejects.toMatchObject({ code: "git_branch_exists" });
    expect(await git("rev-parse", "promotion/F1/exp-a")).toBe(merge_commit);
  }
});

test("a conflict between a file and a folder is named as it was committed", async () => {
  const { directory, commit, git } = await longRepository();
  const file = await commit("file", { shop: "a file\n" });
  await git("checkout", "--quiet", "main");
  const folder = await commit("folder", { "shop/index.txt": "in a folder\n" });
  expect(await tryMerge(directory, file, folder)).toMatchObject({ clean: false, conflicts: ["shop"] });
});
