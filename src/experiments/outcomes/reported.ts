import { type ReportedTag, reportedSchema } from "../../../schemas/experiment/reported.ts";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { withLock } from "../../utils/files/lock.ts";
import { type OnBroken, salvageRecord } from "../../utils/files/salvage.ts";
import { type ExperimentRef, experimentPaths, reportedLock } from "../layout.ts";

/**
 * What was reported of an experiment, by tag; empty where nothing was. A tag that cannot be read costs itself.
 * @throws CoreError `record_unreadable` where the file is broken as a whole
 */
export async function readReported(
  ref: ExperimentRef,
  onBroken?: OnBroken,
): Promise<Record<string, ReportedTag>> {
  const salvaged = await salvageRecord(experimentPaths(ref).reported, reportedSchema, onBroken);
  return salvaged?.data.by_tag ?? {};
}

/**
 * Keeps what was reported of a tag, in place of what was reported of it before. What runs counted is elsewhere, and
 * stays as it is.
 * @throws CoreError `record_unreadable` where what was reported before cannot be read
 */
export async function writeReported(
  ref: ExperimentRef,
  tag: string,
  reported: ReportedTag,
  signal: AbortSignal,
): Promise<void> {
  const path = experimentPaths(ref).reported;
  await withLock(reportedLock(ref), signal, async () => {
    const before = await readRecord(path, reportedSchema);
    await writeJson(path, { ...before, by_tag: { ...before?.by_tag, [tag]: reported } });
  });
}
