import { rm } from "node:fs/promises";
import { basename } from "node:path";
import * as z from "zod";
import { experimentSlugSchema, featureIdSchema } from "../../../schemas/names.ts";
import { isSince } from "../../lakebase/branches/request-fork.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { listEntries } from "../../utils/files/files.ts";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { cutPaths, cutsDirectory, type ExperimentRef } from "../layout.ts";

/**
 * States that this workspace is about to cut a branch. Written before the branch exists, and removed once its record
 * does: if it is still there, a process died in between, and the branch is ours nonetheless.
 */
const cutIntentSchema = z.object({
  branch: z.string(),
  /** RFC 3339: no branch of that name existed at this time, other than the one to replace. */
  since: z.string(),
  /** RFC 3339: a request in flight has taken effect by this time, or never will. */
  until: z.string(),
  /** The uid of the branch that is deleted first; null if there is none. */
  replaces: z.string().nullable(),
  /** The uid of the branch that was cut, once it is known. */
  uid: z.string().nullable(),
});
export type CutIntent = z.infer<typeof cutIntentSchema>;

/** Reads the intent; one that cannot be read is ignored. */
export function readCutIntent(ref: ExperimentRef): Promise<CutIntent | undefined> {
  return readRecord(cutPaths(ref).intent, cutIntentSchema).catch(() => undefined);
}

/** Lists the experiments for which a process was about to cut a branch, or died doing so. */
export function listCutIntents(workspace: string): ExperimentRef[] {
  const names = listEntries(cutsDirectory(workspace)).map(({ name }) => name);
  return names.flatMap((name) => {
    const [feature_id = "", experiment_slug = "", ...others] = basename(name, ".json").split("+");
    const isNamed =
      featureIdSchema.safeParse(feature_id).success &&
      experimentSlugSchema.safeParse(experiment_slug).success;
    const isIntent = name.endsWith(".json") && others.length === 0 && isNamed;
    return isIntent ? [{ workspace, feature_id, experiment_slug }] : [];
  });
}

export async function writeCutIntent(ref: ExperimentRef, intent: CutIntent): Promise<void> {
  await writeJson(cutPaths(ref).intent, intent);
}

export async function deleteCutIntent(ref: ExperimentRef): Promise<void> {
  await rm(cutPaths(ref).intent, { force: true });
}

/** True if a branch is the one described by an intent. */
export function matchesIntent(intent: CutIntent | undefined, { branch, ...found }: Branch): boolean {
  if (intent === undefined || branch !== intent.branch) return false;
  if (intent.uid !== null) return found.uid === intent.uid;
  if (found.uid !== null && found.uid === intent.replaces) return false;
  const isLate = found.create_time !== null && Date.parse(found.create_time) > Date.parse(intent.until);
  return isSince({ create_time: found.create_time }, Date.parse(intent.since)) && !isLate;
}
