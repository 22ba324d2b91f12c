import { existsSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import type { WorktreeRecord } from "../../../schemas/experiment/worktree-record.ts";
import { deleteWorktreeRecord, readWorktreeRecord } from "../../experiments/code/worktree-record.ts";
import { cutPaths, type ExperimentRef, experimentPaths } from "../../experiments/layout.ts";
import { listAllRefs } from "../../experiments/list-refs.ts";
import { sweepFolder } from "../../experiments/sweep.ts";
import { git } from "../../git/git.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";
import { readModificationTime } from "../../utils/files/files.ts";
import { isLocked } from "../../utils/files/lock.ts";

/** How long a call may still be working on an experiment without a recorded branch, in milliseconds. */
const underWayMs = 3_600_000;

/** What a call left that ended before recording a branch: not an experiment yet, and no one's work so far. */
export interface Unfinished {
  ref: ExperimentRef;
  worktree: WorktreeRecord;
  /** In milliseconds since the epoch. */
  begun_at: number;
  /** Why it stays; undefined if no call can still be working on it. */
  left: string | undefined;
}

/** Lists the experiments of a workspace that were never fully created. */
export async function listUnfinished(workspace: string): Promise<Unfinished[]> {
  const refs = await listAllRefs(workspace);
  return (await Promise.all(refs.map(findUnfinished))).filter((each) => each !== undefined);
}

/** Finds the remains of an experiment that was never fully created; undefined if it was, or if there is nothing. */
export async function findUnfinished(ref: ExperimentRef): Promise<Unfinished | undefined> {
  const paths = experimentPaths(ref);
  if (existsSync(paths.branch) || existsSync(paths.closed)) return undefined;
  const worktree = await readWorktreeRecord(ref).catch(ignoreCoreError);
  const begun_at = readModificationTime(paths.worktree);
  if (worktree == null || begun_at === undefined) return undefined;
  return { ref, worktree, begun_at, left: await findReason(ref, begun_at) };
}

async function findReason(ref: ExperimentRef, begunAt: number): Promise<string | undefined> {
  const { intent, lock } = cutPaths(ref);
  if ((await isLocked(lock)) || Date.now() - begunAt < underWayMs) return "a call may still be creating it";
  if (existsSync(intent)) return "its branch may have been created: create it again to continue";
  // Records are committed to git, so the branch record may merely be hidden by the branch now checked out.
  const { branch } = experimentPaths(ref);
  const known = await git(ref.workspace, ["rev-list", "--all", "--max-count=1", "--", branch]);
  return known.failed || known.stdout === "" ? undefined : "git has its record on another git branch";
}

/** Removes the record of an experiment that was never fully created. Notes stay. */
export async function forget(ref: ExperimentRef): Promise<void> {
  const paths = experimentPaths(ref);
  await deleteWorktreeRecord(ref);
  await rm(paths.branchRecord, { force: true });
  await sweepFolder(paths.directory, { isDeep: false });
  await rmdir(paths.directory).catch(() => {});
}
