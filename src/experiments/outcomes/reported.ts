import { type ReportedTag, reportedSchema } from "../../../schemas/experiment/reported.ts";
import type { Look } from "../../utils/files/files.ts";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { withLock } from "../../utils/files/lock.ts";
import { type OnBroken, salvageRecord } from "../../utils/files/salvage.ts";
import { type ExperimentRef, experimentPaths, reportedLock } from "../layout.ts";

/**
 * Reads what was reported for an experiment, by tag; empty if nothing was. Unreadable tags are skipped.
 * @throws CoreError `record_unreadable` if the whole file is broken
 */
export async function readReported(
  ref: ExperimentRef,
  onBroken?: OnBroken,
  look?: Look,
): Promise<Record<string, ReportedTag>> {
  const salvaged = salvageRecord(experimentPaths(ref).reported, reportedSchema, onBroken, look);
  return salvaged?.data.by_tag ?? {};
}

/**
 * Stores what was reported for a tag, replacing any earlier report. Counts from runs are stored elsewhere and stay.
 * @throws CoreError `record_unreadable` if the existing reports cannot be read
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
