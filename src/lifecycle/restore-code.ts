import type { Context } from "../context.ts";
import { writeWorktreeRecord } from "../experiments/code/worktree-record.ts";
import { findWorktree } from "../experiments/code/worktrees.ts";
import { getExperiment } from "../experiments/experiments.ts";
import { type ExperimentRef, worktreeBranch } from "../experiments/layout.ts";
import { readPlan } from "../experiments/plan.ts";
import { git } from "../git/git.ts";
import { findBranchName } from "../git/repository.ts";
import { ensureWorktree } from "./ensure-worktree.ts";
import { findStart } from "./worktree-start.ts";

/**
 * Restores an experiment's code if its records came from another machine, as in a fresh checkout: in a worktree of its
 * git branch, or in the main checkout if that is on this branch. Code that this machine has a record of is left alone.
 * @returns warnings
 * @throws CoreError `unknown_feature`, `unknown_experiment`, and whatever `ensureWorktree` throws
 */
export async function restoreCode(
  { workspace, worktrees, signal }: Pick<Context, "workspace" | "worktrees" | "signal">,
  ref: ExperimentRef,
): Promise<string[]> {
  const plan = await readPlan(workspace, ref.feature_id);
  await getExperiment(ref);
  const known = (await findWorktree(ref)) ?? ((await fetchBranch(ref)) ? await findWorktree(ref) : undefined);
  if (known?.known_by !== "git_branch") return [];
  if ((await findBranchName(workspace, "HEAD")) === known.git_branch) {
    await writeWorktreeRecord(ref, null);
    return [];
  }
  const directories = { machine: worktrees, plan: plan.worktrees?.directory };
  const start = await findStart(workspace, undefined);
  return (await ensureWorktree(ref, { worktree: undefined, start, directories, signal })).warnings;
}

/** Fetches the experiment's git branch, because a CI checkout often has only one. @returns whether it was fetched */
async function fetchBranch(ref: ExperimentRef): Promise<boolean> {
  const branch = worktreeBranch(ref);
  const { stdout } = await git(ref.workspace, ["remote"]);
  for (const remote of stdout.split("\n").filter((name) => name !== "")) {
    const refspec = `+refs/heads/${branch}:refs/remotes/${remote}/${branch}`;
    const args = ["fetch", "--quiet", "--no-tags", remote, refspec];
    const { failed } = await git(ref.workspace, args, {}, { mayStop: true });
    if (!failed) return true;
  }
  return false;
}
