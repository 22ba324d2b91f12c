import { isDeepStrictEqual } from "node:util";
import { type BranchRecord, branchRecordSchema } from "../../../schemas/experiment/branch-record.ts";
import type { ReadyEndpoint } from "../../lakebase/connection/endpoint.ts";
import type { Look } from "../../utils/files/files.ts";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { type ExperimentRef, experimentPaths } from "../layout.ts";

/**
 * Reads the record of the branch cut for an experiment; undefined if there is none, as for the kit's experiments.
 * @throws CoreError `record_unreadable`
 */
export function readBranchRecord(ref: ExperimentRef, look?: Look): Promise<BranchRecord | undefined> {
  return readRecord(experimentPaths(ref).branchRecord, branchRecordSchema, look);
}

export async function writeBranchRecord(ref: ExperimentRef, record: BranchRecord): Promise<void> {
  await writeJson(experimentPaths(ref).branchRecord, record);
}

/** Records the endpoint of a branch, if it is the one that was cut for the experiment. */
export async function recordEndpoint(
  ref: ExperimentRef,
  uid: string | null,
  endpoint: ReadyEndpoint,
): Promise<void> {
  const record = await readBranchRecord(ref);
  if (uid === null || record?.uid !== uid) return;
  if (!isDeepStrictEqual(record.endpoint, endpoint)) await writeBranchRecord(ref, { ...record, endpoint });
}
