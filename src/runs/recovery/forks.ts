import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { runDirectory } from "../../experiments/layout.ts";
import type { BranchName } from "../../lakebase/branches/branch-id.ts";
import { listBranches } from "../../lakebase/branches/branches.ts";
import { createBranch } from "../../lakebase/branches/create-branch.ts";
import { deleteBranch } from "../../lakebase/branches/delete-branch.ts";
import { isSince } from "../../lakebase/branches/request-fork.ts";
import type { Lakebase } from "../../lakebase/lakebase.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";
import { listEntries } from "../../utils/files/files.ts";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { findWorker, listRunIds } from "../journal/journal.ts";

/** Added to the task's own time for Lakebase's, in seconds, before a fork that was not removed expires. */
const extraLifetime = 3_600;

/** A branch that a run uses for a single task. Recorded before the branch is created, and removed after it. */
const forkSchema = z.object({
  branch: z.string(),
  /** RFC 3339: no branch of that name existed at that time. */
  since: z.string(),
  /** Absent until the branch is known to exist. */
  uid: z.string().nullable().optional(),
});
type Fork = z.infer<typeof forkSchema>;

/** What a fork is for, and how long that may take, in seconds. */
interface ForkRequest {
  branch: BranchName;
  parent: string | undefined;
  seconds: number;
}

interface Owner {
  lakebase: Lakebase;
  workspace: string;
  runId: string;
  signal: AbortSignal;
}

/**
 * Runs a task on a fresh fork, which is removed afterwards however the task ends. If this process is killed, the run's
 * watchdog or the next run removes it, or else it expires.
 * @throws CoreError whatever `createBranch` and the task throw
 */
export async function withFork<Result>(
  { lakebase, workspace, runId, signal }: Owner,
  { branch: name, parent, seconds }: ForkRequest,
  task: (branch: Branch) => Promise<Result>,
): Promise<Result> {
  const path = join(forksDirectory(workspace, runId), `${name}.json`);
  const record: Fork = { branch: name, since: new Date().toISOString() };
  await writeJson(path, record);
  try {
    const expiry = { ttl: `${Math.ceil(seconds) + extraLifetime}s` };
    const fork = { branch: name, parentBranch: parent, expiry, signal };
    const { branch } = await createBranch(lakebase, { ...fork, existing: "refuse" });
    await writeJson(path, { ...record, uid: branch.uid });
    return await task(branch);
  } finally {
    await removeFork(lakebase, path);
  }
}

/** Removes the forks of a run whose worker is gone. What cannot be removed now stays on record. */
export async function removeForks(lakebase: Lakebase, workspace: string, runId: string): Promise<void> {
  const directory = forksDirectory(workspace, runId);
  for (const { name } of listEntries(directory)) {
    if (name.endsWith(".json")) await removeFork(lakebase, join(directory, name));
  }
}

/** Removes the forks of all runs of the workspace whose worker is gone. */
export async function removeDeadForks(lakebase: Lakebase, workspace: string): Promise<void> {
  for (const runId of await listRunIds(workspace)) {
    if (listEntries(forksDirectory(workspace, runId)).length === 0) continue;
    if ((await findWorker(workspace, runId)) === undefined) await removeForks(lakebase, workspace, runId);
  }
}

function forksDirectory(workspace: string, runId: string): string {
  return join(runDirectory(workspace, runId), "forks");
}

/** Removes a fork, unless a branch of that name existed before: that one is not ours. */
async function removeFork(lakebase: Lakebase, path: string): Promise<void> {
  try {
    const fork = await readRecord(path, forkSchema);
    if (fork !== undefined) await removeOwn(lakebase, fork);
    await rm(path, { force: true });
  } catch (error) {
    // It will be tried again, and eventually the branch expires.
    ignoreCoreError(error);
  }
}

async function removeOwn(lakebase: Lakebase, { branch, since, uid }: Fork): Promise<void> {
  if (uid !== undefined) return void (await deleteBranch(lakebase, branch, { owned: true, uid }));
  const found = (await listBranches(lakebase)).find((each) => each.branch === branch);
  if (found === undefined || !isSince(found, Date.parse(since))) return;
  await deleteBranch(lakebase, branch, { owned: true, uid: found.uid });
}
