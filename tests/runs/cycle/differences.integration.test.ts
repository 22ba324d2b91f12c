import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { measureCodeMeanwhile } from "../../../src/runs/cycle/differences.ts";
import { temporaryWorktree } from "../../support/worktree.ts";

/** Asks for the measurement of a design of one line when its worktree is gone, so that only an earlier one has it. */
async function measure({ dirty = false, isAlone = false }) {
  const { directory: workspace, path, worktree, git } = await temporaryWorktree();
  const commit = await git("-C", path, "rev-parse", "HEAD");
  const { begin, measured } = measureCodeMeanwhile({
    experiment: { workspace, feature_id: "F1", experiment_slug: "own", branch: asBranchName("own") },
    tree: { commit, dirty },
    code: { root: path, directory: path, worktree: { ...worktree, known_by: "record" } },
    ...{ isAlone, request: {} },
  });
  begin();
  begin();
  const early = dirty || isAlone ? undefined : await measured();
  await rm(path, { recursive: true });
  return { early, late: await measured().catch(() => ({})) };
}

test("measures the code of a design while its suites run", async () => {
  const found = { code_diff: { added: 1, removed: 0 }, code_diff_lines: 1 };
  expect(await measure({})).toEqual({ early: found, late: found });
});

test("measures nothing beside a suite that runs alone, or that may write among uncommitted changes", async () => {
  expect((await measure({ isAlone: true })).late).toEqual({});
  expect((await measure({ dirty: true })).late).toEqual({});
});
