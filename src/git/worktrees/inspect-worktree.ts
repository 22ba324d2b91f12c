import { existsSync } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { CoreError } from "../../utils/core-error.ts";
import { ignoreMissing } from "../../utils/files/files.ts";
import { listGit, listUnsaved } from "../changes/unsaved-files.ts";
import type { Repository } from "../repository.ts";
import { checkWorktree, unfinishedMark, type WorktreeRef } from "./check-worktree.ts";
import { findNestedWork } from "./nested-repositories.ts";
import { listWorktrees, readGitFile } from "./worktree-list.ts";

/** The state of a worktree before it is removed. */
export type WorktreeInspection =
  /** Its folder is gone, and nothing suggests that it will come back. */
  | { state: "gone" }
  /** It stays, whatever is committed in it. */
  | { state: "kept"; why: string }
  | {
      state: "there";
      /** Uncommitted files, relative to its top: changed, new and deleted ones. */
      changed: string[];
      /** Ignored files, with whole folders as one entry. They would be lost. */
      ignored: string[];
    };

/**
 * Finds what would be lost if a worktree were removed. Changes nothing.
 * @throws CoreError `worktree_branch`, `worktree_incomplete`, `git_unreadable`
 */
export async function inspectWorktree(
  repository: Repository,
  worktree: WorktreeRef,
): Promise<WorktreeInspection> {
  const { path } = worktree;
  const listed = await listWorktrees(repository.commonDirectory);
  if (!existsSync(path)) {
    const lock = listed.find((each) => each.path === path)?.locked;
    if (lock !== undefined && lock !== unfinishedMark)
      return kept(`its folder is missing, but ${lockedFor(lock)}`);
    const moved = listed.find((each) => each.git_branch === worktree.git_branch && existsSync(each.path));
    return moved === undefined ? { state: "gone" } : kept(`git lists it at ${moved.path}`);
  }
  const inner = listed.find((each) => each.path.startsWith(path + sep));
  if (inner !== undefined) return kept(`the worktree ${inner.path} is inside it`);
  try {
    await checkWorktree(repository, worktree);
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    if (error.code === "worktree_incomplete" && (await isBare(path)))
      return { state: "there", changed: [], ignored: [] };
    if (error.code === "worktree_incomplete" || error.code === "worktree_branch") throw error;
    return kept(error.message);
  }
  return inspectContents(path);
}

const kept = (why: string): WorktreeInspection => ({ state: "kept", why });

const lockedFor = (reason: string) => `git keeps it locked: ${reason === "" ? "no reason given" : reason}`;

/** Whether nothing was checked out into it and no one put anything there. */
async function isBare(path: string): Promise<boolean> {
  return (await readdir(path)).every((name) => name === ".git");
}

export async function inspectContents(path: string): Promise<WorktreeInspection> {
  const gitDirectory = (await readGitFile(path)) ?? "";
  const lock = await readFile(join(gitDirectory, "locked"), "utf8").catch(ignoreMissing);
  if (lock !== undefined) return kept(lockedFor(lock.trim()));
  const [submodules, changed, ignored] = await Promise.all([
    findSubmodules(path, gitDirectory),
    listUnsaved(path),
    listGit(path, ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"]),
  ]);
  if (submodules.length > 0)
    return kept(`it has submodules, whose commits may be nowhere else: ${submodules[0]}`);
  const nested = [...changed, ...ignored].find(
    (name) => name.endsWith("/") && existsSync(join(path, name, ".git")),
  );
  if (nested !== undefined) return kept(`${nested} in it is a repository of its own`);
  const folders = ignored.filter((name) => name.endsWith("/"));
  const working = await findNestedWork(path, folders);
  if (working !== undefined) return kept(`${working} in it is a repository with work that is nowhere else`);
  return { state: "there", changed, ignored };
}

/** Finds submodules that were checked out. An empty folder contains nothing to lose. */
async function findSubmodules(path: string, gitDirectory: string): Promise<string[]> {
  const staged = await listGit(path, ["ls-files", "--stage", "-z"]);
  const names = staged.flatMap((line) =>
    line.startsWith("160000 ") ? [line.slice(line.indexOf("\t") + 1)] : [],
  );
  const modules = await readdir(join(gitDirectory, "modules")).catch(ignoreMissing);
  if (modules !== undefined && modules.length > 0) return names.length > 0 ? names : modules;
  const filled = await Promise.all(
    names.map(async (name) => {
      const found = await lstat(join(path, name)).catch(ignoreMissing);
      return found?.isDirectory() === true && (await readdir(join(path, name))).length > 0;
    }),
  );
  return names.filter((_, index) => filled[index]);
}
