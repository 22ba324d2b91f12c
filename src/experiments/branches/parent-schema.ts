import { createHash } from "node:crypto";
import * as z from "zod";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { type ExperimentRef, experimentPaths } from "../layout.ts";
import { readBranchRecord, writeBranchRecord } from "./branch-record.ts";

/** `parent-schema.json` of an experiment: the schema of its parent, as its branch was forked with it. */
const parentSchemaSchema = z.object({
  /** The uid of the branch. */
  uid: z.string(),
  /** A hash of each object's definition, by kind and name. */
  objects: z.record(z.string(), z.string()),
});

/** Reads the hashes of the objects that a branch was forked with; undefined if they are not known. */
export async function readParentSchema(
  ref: ExperimentRef,
  uid: string | null,
): Promise<Record<string, string> | undefined> {
  const path = experimentPaths(ref).parentSchema;
  const found = await readRecord(path, parentSchemaSchema).catch(() => undefined);
  return found?.uid === uid ? found?.objects : undefined;
}

/** Records the schema that an experiment's branch was forked with. */
export async function writeParentSchema(
  ref: ExperimentRef,
  objects: Readonly<Record<string, string>>,
): Promise<void> {
  const record = await readBranchRecord(ref);
  if (record === undefined || record.uid === null) return;
  await writeJson(experimentPaths(ref).parentSchema, { uid: record.uid, objects });
  const parent_schema = createHash("sha256")
    .update(JSON.stringify(Object.entries(objects).sort()))
    .digest("hex");
  await writeBranchRecord(ref, { ...record, parent_schema: parent_schema.slice(0, 16) });
}
