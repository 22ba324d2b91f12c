import { addWorktree, isDirectory } from "../git/worktree.ts";
import { type ExperimentRef, worktreePath } from "./layout.ts";

/** Gives an experiment a git worktree on the git branch `experiment/<feature>/<experiment>`, and says where it is. */
export async function createWorktree(ref: ExperimentRef): Promise<string> {
  const path = worktreePath(ref);
  await addWorktree(ref.workspace, path, `experiment/${ref.feature_id}/${ref.experiment_slug}`);
  return path;
}

/** Where an experiment's code is: its worktree, if it has one, else the main checkout. */
export async function codeDirectory(ref: ExperimentRef): Promise<string> {
  const path = worktreePath(ref);
  return (await isDirectory(path)) ? path : ref.workspace;
}
