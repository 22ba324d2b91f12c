import { rm } from "node:fs/promises";
import { type WorktreeRecord, worktreeRecordSchema } from "../../../schemas/experiment/worktree-record.ts";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { type ExperimentRef, experimentPaths } from "../layout.ts";

/**
 * The worktree that a record names; null where it says that there is none by choice; undefined where there is no record.
 * @throws CoreError `record_unreadable`
 */
export async function readWorktreeRecord(ref: ExperimentRef): Promise<WorktreeRecord | null | undefined> {
  return readRecord(experimentPaths(ref).worktree, worktreeRecordSchema.nullable());
}

/** Written before the worktree is made, so that one that was interrupted is known as ours. */
export async function writeWorktreeRecord(ref: ExperimentRef, record: WorktreeRecord | null): Promise<void> {
  await writeJson(experimentPaths(ref).worktree, record);
}

export async function deleteWorktreeRecord(ref: ExperimentRef): Promise<void> {
  await rm(experimentPaths(ref).worktree, { force: true });
}
