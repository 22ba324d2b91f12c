import { existsSync } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CoreError } from "../../utils/core-error.ts";
import { ignoreMissing } from "../../utils/files/files.ts";
import { readStatus, type Status } from "../changes/status.ts";
import { git } from "../git.ts";
import { findCommit, findRepository, findRepositoryFault, type Repository } from "../repository.ts";
import { findRebased } from "./find-rebased.ts";
import { readGitFile } from "./worktree-list.ts";

/** A worktree as named by a record. */
export interface WorktreeRef {
  /** The absolute path of its top. */
  path: string;
  /** Without `refs/heads/`. */
  git_branch: string;
}

const restore = "Create the experiment again: that restores the worktree from its git branch.";

/** What git writes into a worktree's `locked` file while it creates it, and what we write while we complete it. */
export const unfinishedMark = "initializing";

/** What git says about a folder. */
export interface WorktreeFacts {
  /** Undefined outside a repository. */
  repository: Repository | undefined;
  /** Undefined if git fails. */
  status: Status | undefined;
}

/** Asks git about the folder of a worktree, whatever is there. */
export async function readWorktreeFacts({ path }: Pick<WorktreeRef, "path">): Promise<WorktreeFacts> {
  const [repository, status] = await Promise.all([findRepository(path), readStatus(path)]);
  return { repository, status };
}

/**
 * Verifies that a folder matches its record: the top of a complete worktree of this repository, on its own git branch.
 * Nothing else may run in an experiment's name.
 * @param facts what git says about the folder now, if it was asked already
 * @throws CoreError `git_unreadable`, `worktree_gone`, `worktree_moved`, `worktree_foreign`, `worktree_branch`,
 *   `worktree_incomplete`
 */
export async function checkWorktree(
  { commonDirectory }: Pick<Repository, "commonDirectory">,
  worktree: WorktreeRef,
  facts?: WorktreeFacts,
): Promise<void> {
  await checkFolder(worktree);
  const known = facts ?? (await readWorktreeFacts(worktree));
  const gitDirectory = await checkPlace(commonDirectory, worktree, known);
  await checkBranch(worktree, gitDirectory, known);
  await checkComplete(worktree, gitDirectory, known);
}

async function checkFolder({ path }: WorktreeRef): Promise<void> {
  const found = await stat(path).catch(ignoreMissing);
  if (found?.isDirectory() !== true)
    throw new CoreError("worktree_gone", `The worktree ${path} no longer exists.`, { hint: restore });
  const linked = await readGitFile(path);
  if (linked === undefined || existsSync(linked)) return;
  const what = `The worktree ${path} belongs to ${dirname(dirname(linked))}, which no longer lists it: the repository was moved, or the worktree was removed from it.`;
  throw new CoreError("worktree_moved", what, { hint: restore });
}

/** @returns the directory that git keeps for this worktree only */
async function checkPlace(
  commonDirectory: string,
  { path }: WorktreeRef,
  { repository }: WorktreeFacts,
): Promise<string> {
  const fault = repository === undefined ? await findRepositoryFault(path) : undefined;
  if (fault !== undefined) throw fault;
  if (repository === undefined || repository.top !== (await realpath(path))) {
    const what = `${path} is a folder, but not a git worktree.`;
    throw new CoreError("worktree_foreign", what, { hint: restore });
  }
  if (repository.commonDirectory !== commonDirectory) {
    const what = `${path} belongs to another repository, ${repository.commonDirectory}.`;
    throw new CoreError("worktree_foreign", what, {
      hint: `If this project is a copy of that one, create experiments of its own, and leave that folder alone. Otherwise, move it away. ${restore}`,
    });
  }
  await checkLink(repository, path);
  return repository.gitDirectory;
}

/** Rejects a copy of a worktree, which shares HEAD and the index with the one git knows. */
async function checkLink({ gitDirectory, commonDirectory }: Repository, path: string): Promise<void> {
  if (gitDirectory === commonDirectory)
    throw new CoreError("worktree_foreign", `${path} is a main checkout, not a worktree.`, { hint: restore });
  const link = (await readFile(join(gitDirectory, "gitdir"), "utf8").catch(ignoreMissing))?.trim();
  const known = link === undefined ? undefined : dirname(link);
  const place = await realpath(path);
  if (known === undefined || (await realpath(known).catch(() => known)) === place) return;
  const isThere = existsSync(join(known, ".git"));
  const what = `git lists the worktree ${path} at ${known}: ${isThere ? "this one is a copy" : "it was moved"}.`;
  throw new CoreError("worktree_moved", what, {
    hint: isThere
      ? `Remove one of the two. ${restore}`
      : `Run git worktree repair ${path}. If that does not help: ${restore}`,
  });
}

async function checkBranch(
  { path, git_branch }: WorktreeRef,
  gitDirectory: string,
  { status }: WorktreeFacts,
): Promise<void> {
  if (status?.branch === git_branch) return;
  const { stdout } = await git(path, ["symbolic-ref", "--quiet", "HEAD"]);
  if (stdout === `refs/heads/${git_branch}`) return;
  if (stdout === "" && (await findRebased(gitDirectory)) === git_branch) {
    const what = `The worktree ${path} is in the middle of a rebase of its git branch ${git_branch}.`;
    throw new CoreError("worktree_branch", what, {
      hint: `Run git -C ${path} rebase --continue, or git -C ${path} rebase --abort.`,
    });
  }
  const there = stdout === "" ? "no git branch (HEAD is detached)" : stdout.replace(/^refs\/heads\//, "");
  const what = `The worktree ${path} is on ${there}, not on its own git branch ${git_branch}.`;
  const isRenamed = stdout !== "" && (await findCommit(path, `refs/heads/${git_branch}`)) === undefined;
  const command = isRenamed ? `branch -m ${there} ${git_branch}` : `switch ${git_branch}`;
  throw new CoreError("worktree_branch", what, { hint: `Run git -C ${path} ${command}.` });
}

/** A checkout did not finish if there is no index, or if none of the index's files exist. */
async function checkComplete(
  { path }: WorktreeRef,
  gitDirectory: string,
  { status }: WorktreeFacts,
): Promise<void> {
  const isMarked = await isUnfinished(gitDirectory);
  const hasIndex = existsSync(join(gitDirectory, "index"));
  const commit = status === undefined ? await findCommit(path, "HEAD") : status.commit;
  const isEmpty = status?.isAnyMissing !== false && (await lacksEverything(path));
  if (!isMarked && commit != null && hasIndex && !isEmpty) return;
  const what = `The worktree ${path} is incomplete: files were deleted, or git was stopped while checking them out.`;
  throw new CoreError("worktree_incomplete", what, {
    hint: "Create the experiment again: that completes the worktree from its git branch, and keeps existing files.",
  });
}

/** Whether git, or we, began to check out a worktree's files and never finished. */
export async function isUnfinished(gitDirectory: string): Promise<boolean> {
  const reason = await readFile(join(gitDirectory, "locked"), "utf8").catch(ignoreMissing);
  return reason?.trim() === unfinishedMark;
}

/** Whether the index names files and none of them exist. */
export async function lacksEverything(path: string): Promise<boolean> {
  const deleted = await git(path, ["ls-files", "--deleted", "-z"]);
  if (deleted.failed || deleted.stdout === "") return deleted.failed;
  return deleted.stdout === (await git(path, ["ls-files", "-z"])).stdout;
}
