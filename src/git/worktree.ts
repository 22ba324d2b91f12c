import { stat } from "node:fs/promises";
import PQueue from "p-queue";
import { CoreError } from "../utils/core-error.ts";
import { git } from "./git.ts";

/** One after the other: git takes a worktree that another git is about to add for one that was removed. */
const additions = new PQueue({ concurrency: 1 });

/**
 * A worktree of a repository on a git branch of its own, both made where they are not there yet. The branch begins at
 * the commit that the main checkout stands on.
 * @throws CoreError `no_repository`, `worktree_failed` with what git said
 */
export async function addWorktree(repository: string, path: string, gitBranch: string): Promise<void> {
  await additions.add(() => add(repository, path, gitBranch));
}

async function add(repository: string, path: string, gitBranch: string): Promise<void> {
  if (await isDirectory(path)) return;
  if ((await git(repository, ["rev-parse", "--verify", "-q", "HEAD"])).failed) {
    throw new CoreError("no_repository", `${repository} is not a git repository with a commit in it.`, {
      hint: "Commit the project first, or leave worktree out.",
    });
  }
  // One that was removed by hand is still registered.
  await git(repository, ["worktree", "prune"]);
  const exists = !(await git(repository, ["rev-parse", "--verify", "-q", `refs/heads/${gitBranch}`])).failed;
  const target = exists ? [path, gitBranch] : ["-b", gitBranch, path];
  const { failed, stderr } = await git(repository, ["worktree", "add", "-q", ...target]);
  if (!failed) return;
  throw new CoreError("worktree_failed", `git could not add the worktree ${path}: ${stderr}`, {
    hint: `Fix what git says, or remove the git branch ${gitBranch}.`,
  });
}

/** Whether a folder is there. */
export async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
