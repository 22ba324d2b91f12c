import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeWorktreeRecord } from "../../src/experiments/code/worktree-record.ts";
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

/** A repository with one commit, and an experiment of it with its worktree, as it is right after creation. */
export async function temporaryExperiment(files: Record<string, string>) {
  const { directory: main, commit, git } = await temporaryRepository();
  const base_commit = await commit("main", files);
  const own = `${main}.worktrees/F1/a`;
  await git("worktree", "add", "-q", "-b", "experiment/F1/a", own);
  const ref = { workspace: main, feature_id: "F1", experiment_slug: "a" };
  await writeWorktreeRecord(ref, { path: own, git_branch: "experiment/F1/a", base_commit });
  return { main, own, ref };
}
