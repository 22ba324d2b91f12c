import { readExperimentTree } from "../../../experiments/code/experiment-tree.ts";
import { checkCode, type ExperimentCode, locateCode } from "../../../experiments/code/worktrees.ts";
import type { ExperimentRef } from "../../../experiments/layout.ts";
import { findCommit, findRepository } from "../../../git/repository.ts";
import { addScratchWorktree } from "../../../git/worktrees/scratch-worktree.ts";
import { CoreError } from "../../../utils/core-error.ts";

/**
 * Verifies that the code is still at the expected commit, and returns its location.
 * @throws CoreError `code_changed`
 */
export type CodeCheck = () => Promise<ExperimentCode>;

/**
 * Prepares the code to verify: checks it out into its own worktree, or uses the main checkout if that is at the commit
 * without changes. Changes made by the plan's commands are tolerated.
 * @throws CoreError `worktree_failed`, `code_changed`
 */
export async function prepareCode(
  ref: ExperimentRef,
  { commit, worktree }: { commit: string; worktree: string | null },
): Promise<CodeCheck> {
  if (worktree === null) {
    await checkMain(ref, commit);
    return () => checkHead(ref, commit);
  }
  await addScratchWorktree(ref.workspace, worktree, commit);
  const repository = await findRepository(ref.workspace);
  // Detached, but still a worktree: paths that lead out of it are refused as usual.
  const scratch = { path: worktree, git_branch: "", known_by: "scratch" } as const;
  const code = locateCode(scratch, repository?.folder ?? "");
  return async () => {
    if ((await findCommit(code.root, "HEAD")) !== commit) throw changed(code.root, commit);
    return code;
  };
}

async function checkMain(ref: ExperimentRef, commit: string): Promise<void> {
  const code = await checkCode(ref);
  const tree = await readExperimentTree(ref, code);
  if (tree.commit !== commit || tree.dirty) throw changed(code.root, commit);
}

async function checkHead(ref: ExperimentRef, commit: string): Promise<ExperimentCode> {
  const code = await checkCode(ref);
  if ((await findCommit(code.root, "HEAD")) !== commit) throw changed(code.root, commit);
  return code;
}

function changed(path: string, commit: string): CoreError {
  return new CoreError("code_changed", `${path} is no longer at ${commit.slice(0, 12)}.`, {
    hint: "Do not change it meanwhile, and call again.",
  });
}
