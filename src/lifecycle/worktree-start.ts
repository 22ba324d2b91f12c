import { listUncommitted } from "../git/commit.ts";
import { findBranchName, findCommit, findRepository, findRepositoryFault } from "../git/repository.ts";
import { CoreError } from "../utils/core-error.ts";
import { nameSome } from "../utils/text/name-some.ts";
import type { WorktreeStart } from "./ensure-worktree.ts";

/**
 * Resolves where the worktrees of a call start: at `base_ref`, or else at the main checkout's HEAD.
 * @throws CoreError `git_unreadable`, `no_repository`, `unknown_ref`
 */
export async function findStart(workspace: string, baseRef: string | undefined): Promise<WorktreeStart> {
  const repository = await findRepository(workspace);
  if (repository === undefined) {
    const fault = await findRepositoryFault(workspace);
    if (fault !== undefined) throw fault;
    if (baseRef === undefined) return {};
    throw new CoreError(
      "no_repository",
      `${workspace} is not in a git repository, so it has no commit ${baseRef}.`,
      {
        hint: "Commit the project first, or omit base_ref.",
      },
    );
  }
  const base_commit = await findCommit(repository.top, baseRef ?? "HEAD");
  const base_branch = await findBranchName(repository.top, baseRef ?? "HEAD");
  if (base_commit !== undefined) return { repository, base_commit, base_branch, base_ref: baseRef };
  if (baseRef === undefined) return {};
  throw new CoreError(
    "unknown_ref",
    `base_ref ${JSON.stringify(baseRef)} does not name a commit in ${repository.top}.`,
    {
      hint: "Pass a git branch, tag or commit that git rev-parse knows; fetch it first if it is remote.",
    },
  );
}

const maxNamed = 5;

/** Warns about new experiments without a worktree, or about uncommitted files that their worktrees lack. */
export async function warnOfStart(
  workspace: string,
  { repository }: WorktreeStart,
  { isLacking, isCut }: { isLacking: boolean; isCut: boolean },
): Promise<string[]> {
  if (isLacking) {
    return [
      `No worktrees were created: ${workspace} is not in a git repository that has a commit. The suites of all experiments run in the workspace and pick their design by EXPERIMENT_SLUG.`,
    ];
  }
  const files = isCut && repository !== undefined ? await listUncommitted(repository.top) : [];
  if (files.length === 0) return [];
  return [
    `Not committed in the main checkout, so missing from new worktrees: ${nameSome(files, maxNamed)}. Commit what all designs need, then merge it into each worktree with git merge.`,
  ];
}
