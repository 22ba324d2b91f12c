import PQueue from "p-queue";
import { CoreError } from "../../utils/core-error.ts";
import { git } from "../git.ts";
import { findCommit, type Repository } from "../repository.ts";
import { checkWorktree, type WorktreeRef } from "./check-worktree.ts";

/** One at a time: large checkouts would only compete for the disk. */
const additions = new PQueue({ concurrency: 1 });

/** Large checkouts and hooks that install packages take time; in milliseconds. */
const timeoutMs = 600_000;

export interface NewWorktree extends WorktreeRef {
  /** The commit its git branch starts from if it has to be created; undefined if it must already exist. */
  base_commit?: string | undefined;
}

/**
 * Adds a worktree at an unused path, creating its git branch if it does not exist.
 * @returns git's warnings: a hook that failed although the worktree is complete
 * @throws CoreError `git_branch_gone`, or `worktree_failed` with git's message
 */
export async function addWorktree(
  repository: Repository,
  worktree: NewWorktree,
  options: readonly string[] = [],
): Promise<string[]> {
  const target = await findTarget(repository.top, worktree);
  const args = ["worktree", "add", "--quiet", ...options, ...target];
  const run = () => git(repository.top, args, {}, { timeout: timeoutMs });
  const { failed, stderr } = await additions.add(run);
  if (!failed) return [];
  const { path } = worktree;
  // git exits with its last hook's status, even if the worktree was created.
  const isWhole = await checkWorktree(repository, worktree).then(
    () => true,
    () => false,
  );
  const said = stderr.trim().split("\n").slice(-3).join(" ");
  if (isWhole) return [`git created the worktree ${path}, but a hook failed: ${said}`];
  throw new CoreError("worktree_failed", `git could not add the worktree ${path}: ${said}`, {
    hint: "Fix what git reports, then call again. worktrees.directory in plan.json, or LAKEBASE_WORKTREES, chooses another folder.",
  });
}

/** Returns the path and git branch as arguments of `git worktree add`. */
async function findTarget(top: string, { path, git_branch, base_commit }: NewWorktree): Promise<string[]> {
  if ((await findCommit(top, `refs/heads/${git_branch}`)) !== undefined) return [path, git_branch];
  const start = (await findRemoteBranch(top, git_branch)) ?? base_commit;
  if (start !== undefined) return ["--no-track", "-b", git_branch, path, start];
  throw new CoreError("git_branch_gone", `The git branch ${git_branch} was deleted, and the code with it.`, {
    hint: `Restore it with git branch ${git_branch} COMMIT; git reflog and the experiment's outcomes.json list commits.`,
  });
}

/** Finds a git branch as last fetched, if exactly one remote has it. */
export async function findRemoteBranch(top: string, gitBranch: string): Promise<string | undefined> {
  const { stdout } = await git(top, ["for-each-ref", "--format=%(refname)", `refs/remotes/*/${gitBranch}`]);
  const [first, ...others] = stdout.split("\n").filter((name) => name !== "");
  return others.length === 0 ? first : undefined;
}
