import type { Plan } from "../../../../schemas/plan/plan.ts";
import type { Worktree } from "../../../experiments/code/worktrees.ts";
import { isAncestor } from "../../../git/merge/plan-merge.ts";
import { findBranchName, findCommit } from "../../../git/repository.ts";
import { CoreError } from "../../../utils/core-error.ts";

/** A git branch and the commit it points to. */
export interface Target {
  target: string;
  target_commit: string;
}

/**
 * Finds the git branch to promote to: the plan's, or else the one the experiment branched from. A record of an earlier
 * version does not name it; then it is the main checkout's, if the experiment started on it.
 * @throws CoreError `target_unknown`, `target_not_found`
 */
export async function findTarget(
  workspace: string,
  { promote }: Plan,
  { base_branch, base_commit, git_branch }: Worktree,
): Promise<Target> {
  const named = promote?.target ?? base_branch ?? (await findOrigin(workspace, base_commit));
  // A git branch may be another name of one: git lists only that one as checked out.
  const target = named && ((await findBranchName(workspace, `refs/heads/${named}`)) ?? named);
  if (target === undefined || target === git_branch) {
    throw new CoreError("target_unknown", "The git branch that the experiment started from is not known.", {
      hint: 'Name it in plan.json: "promote": { "target": "main" }.',
    });
  }
  const target_commit = await findCommit(workspace, `refs/heads/${target}`);
  if (target_commit !== undefined) return { target, target_commit };
  throw new CoreError("target_not_found", `There is no git branch ${target} in this repository.`, {
    hint: `Create it with git branch ${target} origin/${target}, or name a different one as promote.target in plan.json.`,
  });
}

async function findOrigin(workspace: string, base: string | undefined): Promise<string | undefined> {
  if (base === undefined || !(await isAncestor(workspace, base, "HEAD"))) return undefined;
  return findBranchName(workspace, "HEAD");
}
