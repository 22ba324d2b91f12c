import { rm } from "node:fs/promises";
import { type WorktreeRecord, worktreeRecordSchema } from "../../../schemas/experiment/worktree-record.ts";
import type { Look } from "../../utils/files/files.ts";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { type ExperimentRef, experimentPaths } from "../layout.ts";

const recordSchema = worktreeRecordSchema.nullable();

/**
 * Reads the worktree from its record; null if the experiment deliberately has none; undefined without a record.
 * @throws CoreError `record_unreadable`
 */
export async function readWorktreeRecord(
  ref: ExperimentRef,
  look?: Look,
): Promise<WorktreeRecord | null | undefined> {
  return readRecord(experimentPaths(ref).worktree, recordSchema, look);
}

/** Writes the record, before the worktree is created, so that an unfinished one is known to be ours. */
export async function writeWorktreeRecord(ref: ExperimentRef, record: WorktreeRecord | null): Promise<void> {
  await writeJson(experimentPaths(ref).worktree, record);
}

export async function deleteWorktreeRecord(ref: ExperimentRef): Promise<void> {
  await rm(experimentPaths(ref).worktree, { force: true });
}
