import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { addScratchWorktree, removeScratchWorktree } from "../../src/git/worktrees/scratch-worktree.ts";
import { temporaryWorktree } from "../support/worktree.ts";

test("checks out a commit into a folder, and removes it with everything in it", async () => {
  const { directory, git } = await temporaryWorktree();
  const commit = await git("rev-parse", "own");
  const path = `${directory}.worktrees/own+12345678`;
  await addScratchWorktree(directory, path, commit);
  expect(await git("-C", path, "rev-parse", "HEAD")).toBe(commit);
  await writeFile(join(path, "new.ts"), "made by a suite\n");
  await writeFile(join(path, "shop.ts"), "changed\n");
  expect(await removeScratchWorktree(directory, path)).toBe(true);
  expect(existsSync(path)).toBe(false);
  expect(await git("worktree", "list", "--porcelain")).not.toContain(path);
});

test("removes a worktree whose checkout was interrupted", async () => {
  const { directory, git } = await temporaryWorktree();
  const path = `${directory}.worktrees/own+12345678`;
  await addScratchWorktree(directory, path, await git("rev-parse", "own"));
  await git("worktree", "lock", "--reason", "initializing", path);
  expect(await removeScratchWorktree(directory, path)).toBe(true);
  expect(await removeScratchWorktree(directory, path)).toBe(true);
});

test("keeps a worktree that is on a git branch", async () => {
  const { directory, path } = await temporaryWorktree();
  expect(await removeScratchWorktree(directory, path)).toBe(false);
  expect(existsSync(join(path, "design.ts"))).toBe(true);
});

test("accepts no worktree that a hook of the repository changes", async () => {
  const { directory, git } = await temporaryWorktree();
  const path = `${directory}.worktrees/own+12345678`;
  const hook = join(directory, ".git/hooks/post-checkout");
  await mkdir(dirname(hook), { recursive: true });
  await writeFile(hook, "#!/bin/sh\necho changed > shop.ts\n", { mode: 0o755 });
  await expect(addScratchWorktree(directory, path, await git("rev-parse", "own"))).rejects.toMatchObject({
    code: "worktree_failed",
    message: expect.stringContaining("shop.ts"),
  });
  expect(await removeScratchWorktree(directory, path)).toBe(true);
});
