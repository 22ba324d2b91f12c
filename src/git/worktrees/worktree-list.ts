import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ignoreMissing } from "../../utils/files/files.ts";
import { git } from "../git.ts";
import { markWorktrees } from "../marks.ts";
import { remember } from "../remember.ts";
import { findRepository } from "../repository.ts";

/** A checkout of a repository, as git lists it. */
export interface ListedWorktree {
  path: string;
  /** Undefined if HEAD is detached. */
  git_branch?: string | undefined;
  /** The reason for which it is locked, possibly empty; undefined if it is not locked. */
  locked?: string | undefined;
}

/** Lists all checkouts of a repository, the main one first, including those whose folder is currently missing. */
export async function listWorktrees(directory: string): Promise<ListedWorktree[]> {
  const { failed, stdout } = await git(directory, ["worktree", "list", "--porcelain", "-z"]);
  if (failed) return [];
  const entries = stdout.split("\0\0").filter((entry) => entry !== "");
  return entries.map((entry) => {
    const fields = new Map(entry.split("\0").map(splitField));
    return {
      path: fields.get("worktree") ?? "",
      git_branch: fields.get("branch")?.replace(/^refs\/heads\//, ""),
      locked: fields.get("locked"),
    };
  });
}

/** Lists only where all checkouts are. Git is not asked again while it knows the same ones at the same places. */
export async function listWorktreePaths(directory: string): Promise<string[]> {
  const repository = await findRepository(directory);
  return (repository && (await listPaths(repository.commonDirectory))) ?? [];
}

const listPaths = remember(async (directory) => {
  const listed = await listWorktrees(directory);
  return listed.length === 0 ? undefined : listed.map(({ path }) => path);
}, markWorktrees);

function splitField(line: string): [string, string] {
  const end = line.indexOf(" ");
  return end === -1 ? [line, ""] : [line.slice(0, end), line.slice(end + 1)];
}

/**
 * Finds the directory in which git keeps a linked worktree's HEAD and index, by the path git has for the worktree. It
 * exists until it is pruned, whether or not the worktree does.
 */
export async function findWorktreeDirectory(
  commonDirectory: string,
  path: string,
): Promise<string | undefined> {
  const root = join(commonDirectory, "worktrees");
  for (const name of ((await readdir(root).catch(ignoreMissing)) ?? []).sort()) {
    const link = await readFile(join(root, name, "gitdir"), "utf8").catch(ignoreMissing);
    if (link !== undefined && dirname(link.trim()) === path) return join(root, name);
  }
  return undefined;
}

/** Reads the path in a worktree's `.git` file; undefined if there is no such file. */
export async function readGitFile(path: string): Promise<string | undefined> {
  const file = join(path, ".git");
  const found = await stat(file).catch(ignoreMissing);
  if (found?.isFile() !== true) return undefined;
  return /^gitdir: (.+)/.exec(await readFile(file, "utf8"))?.[1]?.trim();
}
