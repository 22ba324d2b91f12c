import { cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findRepository } from "../../src/git/repository.ts";
import { checkWorktree } from "../../src/git/worktrees/check-worktree.ts";
import { temporaryRepository } from "../support/repository.ts";
import { temporaryWorktree } from "../support/worktree.ts";

type Made = Awaited<ReturnType<typeof temporaryWorktree>>;

async function check({ repository, worktree }: Made): Promise<string> {
  const error = await checkWorktree(repository, worktree).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

it("accepts a complete worktree on its own git branch, with uncommitted changes", async () => {
  const made = await temporaryWorktree();
  await made.write("shop.ts", "two\n");
  await rm(join(made.path, "folder"), { recursive: true });
  await made.write("new.ts", "new\n");
  expect(await check(made)).toBe("undefined");
});

it.each<[string, string, (made: Made) => Promise<unknown>]>([
  ["was removed", "worktree_gone", ({ git, path }) => git("worktree", "remove", path)],
  ["was deleted", "worktree_gone", ({ path }) => rm(path, { recursive: true })],
  [
    "is a file by now",
    "worktree_gone",
    async ({ path }) => {
      await rm(path, { recursive: true });
      await writeFile(path, "");
    },
  ],
  ["was moved away", "worktree_gone", ({ path }) => rename(path, `${path}-moved`)],
  [
    "is a copy of the one that git knows",
    "worktree_moved",
    async ({ path }) => {
      await rename(path, `${path}-moved`);
      await cp(`${path}-moved`, path, { recursive: true });
      await rm(join(`${path}-moved`, "shop.ts"));
      const kept = `${path}-moved`;
      await writeFile(join(path, "../../shop/.git/worktrees/own/gitdir"), `${join(kept, ".git")}\n`);
    },
  ],
  ["lost its .git", "worktree_foreign", ({ path }) => rm(join(path, ".git"))],
  [
    "was pruned",
    "worktree_moved",
    async ({ git, path }) => {
      await rename(path, `${path}-away`);
      await git("worktree", "prune");
      await rename(`${path}-away`, path);
    },
  ],
  [
    "is on another git branch",
    "worktree_branch",
    ({ git, path }) => git("-C", path, "switch", "-qc", "other"),
  ],
  ["has a detached HEAD", "worktree_branch", ({ git, path }) => git("-C", path, "checkout", "-q", "HEAD^")],
  ["has no index", "worktree_incomplete", ({ kept }) => rm(join(kept, "index"))],
  [
    "is still being made",
    "worktree_incomplete",
    ({ kept }) => writeFile(join(kept, "locked"), "initializing"),
  ],
  [
    "lacks every file",
    "worktree_incomplete",
    async ({ path }) => {
      for (const name of ["shop.ts", "design.ts", "folder"]) await rm(join(path, name), { recursive: true });
    },
  ],
  ["lost its git branch", "worktree_incomplete", ({ git }) => git("update-ref", "-d", "refs/heads/own")],
  [
    "is another repository",
    "worktree_foreign",
    async ({ path, git }) => {
      await rm(path, { recursive: true });
      await mkdir(path);
      await git("-C", path, "init", "-q", "-b", "own");
      await git("-C", path, "commit", "-q", "--allow-empty", "-m", "other");
    },
  ],
  [
    "is a worktree of another repository",
    "worktree_foreign",
    async ({ path }) => {
      await rm(path, { recursive: true });
      const other = await temporaryRepository();
      await other.commit("main", { "a.txt": "1" });
      await other.git("worktree", "add", "-q", "-b", "own", path);
    },
  ],
])("refuses a worktree that %s: %s", async (_, code, harm) => {
  const made = await temporaryWorktree();
  await harm(made);
  expect(await check(made)).toBe(code);
});

it("refuses a stale folder below the main checkout, for which git would find that repository", async () => {
  const shop = await temporaryRepository();
  await shop.commit("main", { "shop.ts": "one\n" });
  const path = join(shop.directory, ".tdd/worktrees/F1/a");
  await mkdir(path, { recursive: true });
  const repository = await findRepository(shop.directory);
  if (repository === undefined) throw new Error("no repository");
  await expect(checkWorktree(repository, { path, git_branch: "main" })).rejects.toMatchObject({
    code: "worktree_foreign",
  });
});

it("refuses a worktree of a repository that was moved", async () => {
  const made = await temporaryWorktree();
  const moved = `${made.directory}-renamed`;
  await rename(made.directory, moved);
  const repository = await findRepository(moved);
  if (repository === undefined) throw new Error("no repository");
  await expect(checkWorktree(repository, made.worktree)).rejects.toMatchObject({ code: "worktree_moved" });
});

it("tells how to rename the git branch back if it was renamed", async () => {
  const made = await temporaryWorktree();
  const { git, path, repository, worktree } = made;
  await git("-C", path, "branch", "-m", "mine");
  await expect(checkWorktree(repository, worktree)).rejects.toMatchObject({
    code: "worktree_branch",
    hint: `Run git -C ${path} branch -m mine ${worktree.git_branch}.`,
  });
});

it("says how to end a rebase, during which git switches to no branch", async () => {
  const { repository, worktree, path, git, commit, write } = await temporaryWorktree();
  await commit("main", { "design.ts": "another design\n" });
  await expect(git("-C", path, "rebase", "main")).rejects.toThrow();
  await expect(checkWorktree(repository, worktree)).rejects.toMatchObject({
    code: "worktree_branch",
    hint: expect.stringContaining("rebase --abort"),
  });
  await git("-C", path, "rebase", "--abort");
  await write("design.ts", "a third design\n");
  await checkWorktree(repository, worktree);
});
