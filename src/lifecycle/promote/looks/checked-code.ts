import { readExperimentTree } from "../../../experiments/code/experiment-tree.ts";
import { checkCode, type ExperimentCode, locateCode } from "../../../experiments/code/worktrees.ts";
import type { ExperimentRef } from "../../../experiments/layout.ts";
import { findCommit, findRepository } from "../../../git/repository.ts";
import { addScratchWorktree } from "../../../git/worktrees/scratch-worktree.ts";
import { CoreError } from "../../../utils/core-error.ts";

/** Makes sure that code is still at the commit that is verified, and says where it is. @throws CoreError `code_changed` */
export type CodeCheck = () => Promise<ExperimentCode>;

/**
 * The code that a verification is about: checked out into a worktree of its own, or what the main checkout has, where it
 * is that commit without changes. What the plan's commands change in files is theirs.
 * @throws CoreError `worktree_failed`, `code_changed`
 */
export async function codeToVerify(
  ref: ExperimentRef,
  { commit, worktree }: { commit: string; worktree: string | null },
): Promise<CodeCheck> {
  if (worktree === null) {
    await checkMain(ref, commit);
    return () => checkHead(ref, commit);
  }
  await addScratchWorktree(ref.workspace, worktree, commit);
  const repository = await findRepository(ref.workspace);
  // Detached, but a worktree all the same: what leads out of it is refused as ever.
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
