import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findRepository } from "../../src/git/repository.ts";
import { restoreWorktree } from "../../src/git/worktrees/restore-worktree.ts";
import { temporaryRepository } from "./repository.ts";

/** A repository with one commit, and a worktree of it on the git branch `own`, with its own commit. */
export async function temporaryWorktree() {
  const shop = await temporaryRepository();
  const base_commit = await shop.commit("main", { "shop.ts": "one\n", "folder/deep.ts": "deep\n" });
  const repository = await findRepository(shop.directory);
  if (repository === undefined) throw new Error(`${shop.directory} is no repository`);
  const path = `${shop.directory}.worktrees/own`;
  const worktree = { path, git_branch: "own", base_commit };
  await restoreWorktree(repository, { ...worktree, isRecorded: false });
  await writeFile(join(path, "design.ts"), "a design\n");
  await shop.git("-C", path, "add", "--all");
  await shop.git("-C", path, "commit", "--quiet", "-m", "a design");
  return {
    ...shop,
    repository,
    worktree,
    path,
    /** The directory that git keeps for it. */
    kept: join(shop.directory, ".git/worktrees/own"),
    inTree: (name: string) => readFile(join(path, name), "utf8"),
    write: (name: string, text: string) => writeFile(join(path, name), text),
    status: () => shop.git("-C", path, "status", "--porcelain"),
    restore: (from = repository) => restoreWorktree(from, { ...worktree, isRecorded: true }),
    makeFolder: () => mkdir(path, { recursive: true }),
  };
}
