import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { discardWorktree } from "../../src/git/worktrees/discard-worktree.ts";
import { inspectWorktree } from "../../src/git/worktrees/inspect-worktree.ts";
import { temporaryWorktree } from "../support/worktree.ts";

test("puts a worktree back unchanged if it finds something to keep at the last moment", async () => {
  const { directory, path, git, repository, worktree } = await temporaryWorktree();
  const refused = discardWorktree(directory, path, async (folder) => {
    await writeFile(join(folder, "late.txt"), "late\n");
    throw new Error("late");
  });
  await expect(refused).rejects.toThrow("late");
  expect(await inspectWorktree(repository, worktree)).toEqual({
    state: "there",
    changed: ["late.txt"],
    ignored: [],
  });
  expect(await readFile(join(path, "design.ts"), "utf8")).toBe("a design\n");

  await discardWorktree(directory, path, async () => {});
  expect(existsSync(path)).toBe(false);
  expect(await git("worktree", "list")).not.toContain(path);
  expect(await git("show", "own:design.ts")).toBe("a design");
  expect(await inspectWorktree(repository, worktree)).toEqual({ state: "gone" });
});

test("keeps git's data of other worktrees, even if their folders are missing", async () => {
  const { directory, path, git } = await temporaryWorktree();
  const other = `${directory}.worktrees/other`;
  await git("worktree", "add", "--quiet", "--detach", other);
  await rename(other, `${other}.away`);
  await discardWorktree(directory, path, async () => {});
  expect(await git("worktree", "list")).toContain(other);
});
