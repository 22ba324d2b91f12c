import type { ExperimentRef } from "../../../experiments/layout.ts";
import { promotionPaths } from "../../../experiments/layout.ts";
import { git } from "../../../git/git.ts";
import { findCommit } from "../../../git/repository.ts";
import { CoreError } from "../../../utils/core-error.ts";
import { writeAtomically } from "../../../utils/files/files.ts";
import type { Journal } from "../journal.ts";
import { writePullRequest } from "./pull-request.ts";

/**
 * Points a git branch for a pull request at the verified commit, and writes the request's text. Pushing it is up to
 * whoever opens the request. A branch of that name that someone else created or moved is left alone.
 * @throws CoreError `git_branch_exists`
 */
export async function createPromotionBranch(ref: ExperimentRef, journal: Journal): Promise<void> {
  const { verified, former_commit } = journal.promotion;
  if (verified.code === null) return;
  const { merge_commit } = verified.code;
  const git_branch = `promotion/${ref.feature_id}/${ref.experiment_slug}`;
  await journal.take("git_branch", async () => {
    const current = await findCommit(ref.workspace, `refs/heads/${git_branch}`);
    if (current !== merge_commit) {
      if (current !== undefined && current !== former_commit) throw branchExists(git_branch);
      // Without a former commit, the branch must not exist.
      const args = ["update-ref", `refs/heads/${git_branch}`, merge_commit, current ?? ""];
      const { failed, stderr } = await git(ref.workspace, args);
      if (failed) throw branchExists(git_branch, stderr);
    }
    await writeAtomically(promotionPaths(ref).pullRequest, await writePullRequest(ref, journal.promotion));
    await journal.update({ git_branch });
  });
}

function branchExists(gitBranch: string, said?: string): CoreError {
  const why = said === undefined ? "already exists at a different commit" : `could not be created: ${said}`;
  return new CoreError("git_branch_exists", `The git branch ${gitBranch} ${why}.`, {
    hint: `Rename or delete it, then call again: git branch -m ${gitBranch} NEW-NAME.`,
  });
}
