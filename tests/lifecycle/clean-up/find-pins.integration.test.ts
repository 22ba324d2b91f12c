import { expect, test } from "vitest";
import type { Verification } from "../../../schemas/promotion/promotion.ts";
import { writeVerification } from "../../../src/experiments/promotion.ts";
import { createMerge } from "../../../src/git/merge/create-merge.ts";
import { pinCommit } from "../../../src/lifecycle/promote/steps/pin.ts";
import { script } from "../../support/plans.ts";
import { closeRecord, openShop } from "../../support/shop.ts";

test("removes a pin when its experiment is closed here and git branches have all its commits", async () => {
  const shop = await openShop();
  const { cleanUp, create, ref, git, directory, commit, feature_id, server } = shop;
  const design = await commit("design", { "design.txt": "a design\n" });
  await git("checkout", "--quiet", "main");
  const target = await commit("main", { "more.txt": "more\n" });
  const merge = await createMerge(directory, { target, commit: design, message: "Merge" });
  // The plan went with the design's commit.
  await server.writePlan(feature_id, { suites: { api: script("") } });
  await create("exp-a", "exp-b", "exp-c");
  const verify = (slug: string, merge_commit: string) => {
    const code = {
      target: "main",
      target_commit: target,
      experiment_commit: design,
      merge_commit,
      how: "merge" as const,
    };
    const verification: Verification = {
      ...{
        run_id: "r",
        cycle_id: "V1",
        commit: merge_commit,
        code,
        plan: "p",
        state: "succeeded",
        by_tag: {},
      },
      ...{ parent: { branch: "production", uid: null }, ledgers: [], begun_at: "2026-01-01T00:00:00Z" },
      scratch: { branch: "none", branch_uid: null, worktree: null },
    };
    return writeVerification(ref(slug), verification);
  };
  // Somebody's work on top of the merge is on no git branch.
  const tree = await git("rev-parse", `${design}^{tree}`);
  const work = await git("commit-tree", tree, "-p", merge, "-m", "by hand");
  for (const [slug, pinned] of [
    ["exp-a", merge],
    ["exp-b", work],
    ["exp-c", merge],
  ] as const) {
    await verify(slug, pinned);
    await pinCommit(ref(slug), pinned);
  }
  await pinCommit(ref("exp-of-another"), merge);
  for (const slug of ["exp-a", "exp-b"]) await (await closeRecord(shop, slug))();

  const found = await cleanUp(true);
  const pin = (slug: string) => `refs/lakebase-experiments/${feature_id}/${slug}`;
  expect(found.removed.filter(({ kind }) => kind === "pin").map(({ name }) => name)).toEqual([pin("exp-a")]);
  expect(found.left.filter(({ kind }) => kind === "pin").map(({ name, left }) => [name, left])).toEqual([
    [pin("exp-b"), expect.stringContaining("is on no git branch")],
    [pin("exp-of-another"), expect.stringContaining("no record of this workspace shows")],
  ]);
  expect((await git("for-each-ref", "--format=%(refname)", "refs/lakebase-experiments")).split("\n")).toEqual(
    [...[pin("exp-b"), pin("exp-c"), pin("exp-of-another")]],
  );
});
