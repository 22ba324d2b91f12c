import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runDirectory, worktreeBranch } from "../../experiments/layout.ts";
import { git } from "../../git/git.ts";
import type { CycleScope } from "../../runs/cycle/scope.ts";
import { CoreError } from "../../utils/core-error.ts";

/** The code of an experiment, as other machines can have it. */
export interface CodeSource {
  commit: string;
  git_branch: string;
  /** Where the git branch began. */
  base_commit: string;
  /** Whether a remote has the commit, as far as is known here. */
  isPushed: boolean;
}

/**
 * What of an experiment's code other machines can have: its commit alone.
 * @throws CoreError `uncommitted_work`, `no_repository`
 */
export async function findSource({ experiment, code, tree }: CycleScope): Promise<CodeSource> {
  const { experiment_slug } = experiment;
  const { root, worktree } = code;
  if (tree.commit === null) {
    throw new CoreError("no_repository", `${root} has no commit that other machines could fetch.`, {
      hint: "Commit the project, or unset LAKEBASE_QUEUE_URL to run here.",
    });
  }
  if (tree.dirty) {
    const what = `${experiment_slug} has uncommitted changes in ${root}, which no other machine can fetch.`;
    throw new CoreError("uncommitted_work", what, {
      hint: "Commit them, or unset LAKEBASE_QUEUE_URL to run here.",
    });
  }
  const remotes = await git(root, ["branch", "--remotes", "--contains", tree.commit, "--format=%(refname)"]);
  return {
    commit: tree.commit,
    git_branch: worktree?.git_branch ?? worktreeBranch(experiment),
    base_commit: worktree?.base_commit ?? tree.commit,
    isPushed: !remotes.failed && remotes.stdout !== "",
  };
}

/**
 * Packs a commit as a git bundle, with all of its history that no remote has.
 * @param use is given its path; the file is gone after it
 */
export async function withCodeBundle(
  { runId, experiment, code, tree }: CycleScope,
  use: (path: string) => Promise<void>,
): Promise<void> {
  const path = join(runDirectory(experiment.workspace, runId), "code", `${tree.commit}.bundle`);
  await mkdir(dirname(path), { recursive: true });
  try {
    const made = await git(code.root, ["bundle", "create", "--quiet", path, "HEAD", "--not", "--remotes"]);
    if (made.failed) throw new Error(`git could not pack ${tree.commit}: ${made.stderr}`);
    await use(path);
  } finally {
    await rm(path, { force: true });
  }
}
