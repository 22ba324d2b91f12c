import { expect, test } from "vitest";
import { inspectTree } from "../../../src/experiments/code/experiment-tree.ts";
import { findWorktree, locateCode } from "../../../src/experiments/code/worktrees.ts";
import { findStart } from "../../../src/lifecycle/worktree-start.ts";
import { killGit } from "../../support/killed-git.ts";
import { temporaryWorktree } from "../../support/worktree.ts";

const stopped = { code: "git_stopped", retryable: true };

test("takes no design for one in the main checkout because git was killed", async () => {
  const { directory } = await temporaryWorktree();
  await killGit("for-each-ref");
  const ref = { workspace: directory, feature_id: "F1", experiment_slug: "exp-a" };
  await expect(findWorktree(ref)).rejects.toMatchObject(stopped);
});

test("creates no experiments without worktrees because git was killed", async () => {
  const { directory } = await temporaryWorktree();
  await killGit("rev-parse --verify");
  await expect(findStart(directory, undefined)).rejects.toMatchObject(stopped);
});

test("takes code for changed where git was killed while it looked for hidden changes", async () => {
  const isDirty = async () => {
    const { directory, worktree } = await temporaryWorktree();
    const ref = { workspace: directory, feature_id: "F1", experiment_slug: "exp-a" };
    const code = locateCode({ ...worktree, known_by: "record" }, "");
    return (await inspectTree(ref, code)).tree.dirty;
  };
  expect(await isDirty()).toBe(false);
  await killGit("ls-files -v");
  expect(await isDirty()).toBe(true);
});
