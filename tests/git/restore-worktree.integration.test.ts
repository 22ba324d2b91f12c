import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findRepository, type Repository } from "../../src/git/repository.ts";
import { checkWorktree } from "../../src/git/worktrees/check-worktree.ts";
import { restoreWorktree } from "../../src/git/worktrees/restore-worktree.ts";
import { temporaryRepository } from "../support/repository.ts";
import { temporaryWorktree } from "../support/worktree.ts";

async function repositoryAt(directory: string): Promise<Repository> {
  const repository = await findRepository(directory);
  if (repository === undefined) throw new Error(`${directory} is no repository`);
  return repository;
}

it("leaves a healthy worktree unchanged", async () => {
  const { restore, write, status } = await temporaryWorktree();
  await write("shop.ts", "not committed\n");
  expect(await restore()).toEqual([]);
  expect(await status()).toBe(" M shop.ts");
});

it("adds a removed worktree again from its git branch", async () => {
  const { git, path, restore, inTree, status } = await temporaryWorktree();
  await git("worktree", "remove", path);
  await restore();
  expect(await inTree("design.ts")).toBe("a design\n");
  expect(await status()).toBe("");
});

it("restores a deleted folder with its staged changes", async () => {
  const { git, path, restore, write, inTree, status } = await temporaryWorktree();
  await write("staged.ts", "staged\n");
  await git("-C", path, "add", "staged.ts");
  await rm(path, { recursive: true });
  await restore();
  expect(await inTree("staged.ts")).toBe("staged\n");
  expect(await status()).toBe("A  staged.ts");
});

it("reconnects a folder that lost its .git, and keeps uncommitted changes", async () => {
  const { path, restore, write, status } = await temporaryWorktree();
  await write("draft.ts", "draft\n");
  await rm(join(path, ".git"));
  await restore();
  expect(await status()).toBe("?? draft.ts");
});

it("registers a pruned folder again, and keeps uncommitted changes and deletions", async () => {
  const { git, path, restore, write, status } = await temporaryWorktree();
  await write("draft.ts", "draft\n");
  await rm(join(path, "shop.ts"));
  await rename(path, `${path}-away`);
  await git("worktree", "prune");
  await rename(`${path}-away`, path);
  await restore();
  expect((await status()).split("\n")).toEqual([" D shop.ts", "?? draft.ts"]);
  expect(await git("worktree", "list", "--porcelain")).not.toContain(".restoring");
  expect(existsSync(`${path}.restoring`)).toBe(false);
});

it("follows a repository that was moved, alone or together with its worktrees", async () => {
  const made = await temporaryWorktree();
  await made.write("staged.ts", "staged\n");
  await made.git("-C", made.path, "add", "staged.ts");
  const alone = `${made.directory}-renamed`;
  await rename(made.directory, alone);
  await made.restore(await repositoryAt(alone));
  expect(await readFile(join(made.path, "staged.ts"), "utf8")).toBe("staged\n");

  const both = `${made.directory}-both`;
  await rename(alone, both);
  await rename(`${made.directory}.worktrees`, `${both}.worktrees`);
  const path = `${both}.worktrees/own`;
  const repository = await repositoryAt(both);
  const spec = { ...made.worktree, path, former_path: made.path, isRecorded: true };
  await restoreWorktree(repository, spec);
  await checkWorktree(repository, spec);
  expect(await readFile(join(path, "staged.ts"), "utf8")).toBe("staged\n");
});

it("completes an interrupted checkout: rewrites truncated files, keeps changed ones", async () => {
  const { path, kept, restore, write, inTree, status } = await temporaryWorktree();
  await rm(join(kept, "index"));
  await writeFile(join(kept, "index.lock"), "");
  await writeFile(join(kept, "locked"), "initializing");
  await rm(join(path, "folder"), { recursive: true });
  await truncate(join(path, "design.ts"), 3);
  await write("shop.ts", "work of somebody\n");
  await restore();
  expect(await inTree("folder/deep.ts")).toBe("deep\n");
  expect(await inTree("design.ts")).toBe("a design\n");
  expect(await status()).toBe(" M shop.ts");
  expect(existsSync(join(kept, "locked"))).toBe(false);
});

it("warns when a hook fails after the worktree exists", async () => {
  const { directory, commit } = await temporaryRepository();
  const base_commit = await commit("main", { "shop.ts": "one\n" });
  const hook = join(directory, ".git/hooks/post-checkout");
  await mkdir(join(directory, ".git/hooks"), { recursive: true });
  await writeFile(hook, "#!/bin/sh\necho no run-node >&2\nexit 1\n");
  await chmod(hook, 0o755);
  const path = `${directory}.worktrees/own`;
  const spec = { path, git_branch: "own", base_commit, isRecorded: false };
  const repository = await repositoryAt(directory);
  expect(await restoreWorktree(repository, spec)).toEqual([
    expect.stringMatching(/hook failed: no run-node/),
  ]);
  await checkWorktree(repository, spec);
});

it("keeps other worktrees registered, even if their folders are missing", async () => {
  const { git, directory, path, restore } = await temporaryWorktree();
  const mine = `${directory}-mine`;
  await git("worktree", "add", "-q", "--detach", mine);
  await rename(mine, `${mine}-unmounted`);
  await rm(path, { recursive: true });
  await restore();
  await rename(`${mine}-unmounted`, mine);
  expect(await git("-C", mine, "status", "--porcelain")).toBe("");
});

it.each<[string, string, (made: Awaited<ReturnType<typeof temporaryWorktree>>) => Promise<unknown>]>([
  [
    "its git branch is checked out elsewhere",
    "git_branch_in_use",
    async ({ git, path, directory }) => {
      await git("worktree", "remove", path);
      await git("worktree", "add", "-q", `${directory}-review`, "own");
    },
  ],
  [
    "it is on another git branch",
    "worktree_branch",
    ({ git, path }) => git("-C", path, "switch", "-qc", "other"),
  ],
  [
    "another repository is in its place",
    "worktree_foreign",
    async ({ git, path }) => {
      await git("worktree", "remove", path);
      await mkdir(path);
      await git("-C", path, "init", "-q");
    },
  ],
  [
    "somebody locked it",
    "worktree_locked",
    async ({ git, path }) => {
      await git("worktree", "lock", "--reason", "on a disk", path);
      await rm(path, { recursive: true });
    },
  ],
])("refuses if %s", async (_, code, harm) => {
  const made = await temporaryWorktree();
  await harm(made);
  const before = await made.git("worktree", "list", "--porcelain");
  await expect(made.restore()).rejects.toMatchObject({ code });
  expect(await made.git("worktree", "list", "--porcelain")).toBe(before);
});

it("does not start over when the git branch is gone", async () => {
  const { git, path, repository, worktree } = await temporaryWorktree();
  await git("worktree", "remove", path);
  await git("branch", "-qD", "own");
  const spec = { ...worktree, base_commit: undefined, isRecorded: true };
  await expect(restoreWorktree(repository, spec)).rejects.toMatchObject({ code: "git_branch_gone" });
});

it("does not touch a folder that existed before its record", async () => {
  const { directory, commit } = await temporaryRepository();
  const base_commit = await commit("main", { "shop.ts": "one\n" });
  const path = `${directory}.worktrees/own`;
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "notes.txt"), "mine");
  const spec = { path, git_branch: "own", base_commit, isRecorded: false };
  await expect(restoreWorktree(await repositoryAt(directory), spec)).rejects.toMatchObject({
    code: "worktree_taken",
  });
  expect(await readFile(join(path, "notes.txt"), "utf8")).toBe("mine");
});
