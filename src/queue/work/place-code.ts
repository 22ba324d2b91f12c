import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readWorktreeRecord, writeWorktreeRecord } from "../../experiments/code/worktree-record.ts";
import { type Experiment, recordExperiment } from "../../experiments/experiments.ts";
import { experimentPaths, planPath, worktreePath } from "../../experiments/layout.ts";
import { git } from "../../git/git.ts";
import { findCommit } from "../../git/repository.ts";
import { restoreWorktree } from "../../git/worktrees/restore-worktree.ts";
import { asBranchName } from "../../lakebase/branches/branch-id.ts";
import { CoreError } from "../../utils/core-error.ts";
import { writeJson } from "../../utils/files/json.ts";
import { maskLogins } from "../../utils/text/mask-logins.ts";
import type { Queue } from "../database/connect.ts";
import { getFile } from "../database/files.ts";
import { whenReachable } from "../database/when-reachable.ts";
import type { TakenJob } from "../take.ts";
import type { Area } from "./area.ts";
import { shareFromOrigin } from "./share-from-origin.ts";

/** More than a feature ever has: how many of them this area happens to know must not limit anything. */
const anyBranches = 1_000_000;

/**
 * Puts into an area what a job needs: its plan, the record of its experiment, and a worktree at its commit.
 * @throws CoreError `queue_code_missing`, `worktree_failed`, and whatever `restoreWorktree` throws; the signal's reason
 */
export async function placeCode(queue: Queue, area: Area, job: TakenJob, signal: AbortSignal): Promise<void> {
  const { workspace } = area;
  const { feature_id, request } = job.run;
  const experiment: Experiment = {
    workspace,
    feature_id,
    experiment_slug: job.experiment_slug,
    branch: asBranchName(job.branch),
  };
  await fetchCommit(queue, area, job, signal);
  const { plan } = request;
  const budget = { ...plan.budget, max_branches: anyBranches };
  await writeJson(planPath(workspace, feature_id), { ...plan, budget });
  await shareFromOrigin(area, experiment, plan);
  const paths = experimentPaths(experiment);
  // What an earlier job left here was counted elsewhere.
  for (const path of [paths.outcomes, paths.reported, paths.timeline, paths.runtime, paths.artifacts])
    await rm(path, { recursive: true, force: true });
  const cut = { branch: job.branch, uid: job.branch_uid, parent_branch: null, expire_time: null };
  await recordExperiment(experiment, { cut: { ...cut, cut_at: new Date().toISOString() } });
  await placeWorktree(area, experiment, job);
}

/** Gets the commit, which may be here, on the remote, or in the bundle that the job carries; its history may need both. */
async function fetchCommit({ sql }: Queue, area: Area, job: TakenJob, signal: AbortSignal): Promise<void> {
  const { top } = area.repository;
  const isHere = async () => (await findCommit(top, job.commit)) !== undefined;
  if (await isHere()) return;
  const options = { timeout: 600_000, mayStop: true };
  const fetched = await git(top, ["fetch", "--quiet", "--no-tags", "origin"], {}, options);
  if (await isHere()) return;
  const { run_id, code_file } = job;
  if (code_file !== null) {
    const path = join(area.directory, `${job.commit}.bundle`);
    const get = () => getFile(sql, run_id, code_file, path);
    try {
      if (await whenReachable(get, { signal })) await git(top, ["fetch", "--quiet", path, "HEAD"]);
    } finally {
      await rm(path, { force: true });
    }
    if (await isHere()) return;
  }
  // Git names the remote with the login in its URL.
  const why = fetched.failed ? `: ${maskLogins(fetched.stderr.trim().split("\n").at(-1) ?? "")}` : "";
  throw new CoreError("queue_code_missing", `The remote does not have ${job.commit.slice(0, 12)}${why}.`, {
    hint: `Push ${job.git_branch} to a remote that the worker can fetch from.`,
  });
}

/** Forces the worktree to the job's commit. What earlier jobs left in it goes, apart from ignored files. */
async function placeWorktree(area: Area, experiment: Experiment, job: TakenJob): Promise<void> {
  const { top } = area.repository;
  const { git_branch, commit, base_commit } = job;
  const path = worktreePath(join(area.directory, "worktrees"), experiment);
  const before = existsSync(path) ? await readWorktreeRecord(experiment) : undefined;
  await writeWorktreeRecord(experiment, { path, git_branch, base_commit, prepared: before?.prepared });
  if (!existsSync(path)) {
    await git(top, ["branch", "--force", git_branch, commit]);
    await restoreWorktree(area.repository, { path, git_branch, base_commit: commit, isRecorded: true });
  }
  const switched = await git(path, ["checkout", "--quiet", "--force", "-B", git_branch, commit]);
  const cleaned = await git(path, ["clean", "-ffdq"]);
  if (!switched.failed && !cleaned.failed) return;
  const what = `git could not bring ${path} to ${commit.slice(0, 12)}: ${switched.stderr}${cleaned.stderr}`;
  throw new CoreError("worktree_failed", what, {
    hint: "Remove that folder on the worker, then run it again.",
  });
}
