import * as z from "zod";
import type { Look } from "../../utils/files/files.ts";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { type OnBroken, readIfValid, salvageIfValid } from "../../utils/files/salvage.ts";
import { type ExperimentRef, experimentPaths } from "../layout.ts";
import { setRecordAside } from "../set-aside.ts";

const entrySchema = z.looseObject({ ts: z.string(), kind: z.string() });
const timelineSchema = z.looseObject({ entries: z.array(entrySchema).optional() });
/** Accepts entries of any form, because others may have written them. */
const anyTimelineSchema = z.looseObject({ entries: z.array(z.unknown()).nullish() });

const runtimeSchema = z.looseObject({ duration_ms: z.number().nonnegative().optional() });

export type TimelineEntry = z.infer<typeof entrySchema>;

/** Reads the timeline of an experiment, oldest entry first; empty if there is none. Unreadable entries are skipped. */
export async function readTimeline(
  ref: ExperimentRef,
  onBroken?: OnBroken,
  look?: Look,
): Promise<TimelineEntry[]> {
  return salvageIfValid(experimentPaths(ref).timeline, timelineSchema, onBroken, look)?.entries ?? [];
}

/**
 * Appends an entry. Only the worker that holds the experiment may call it. Entries of others stay, and a file that
 * cannot be appended to is set aside.
 */
export async function appendTimeline(ref: ExperimentRef, entry: TimelineEntry): Promise<void> {
  const { timeline } = experimentPaths(ref);
  const found = await readIfValid(timeline, (path) => readRecord(path, anyTimelineSchema));
  if (found === undefined) await setRecordAside(timeline);
  await writeJson(timeline, { ...found, entries: [...(found?.entries ?? []), entry] }, { durable: true });
}

/** Reads how long the last cycle took, in milliseconds; undefined if nothing ran or the record is unreadable. */
export async function readRuntime(
  ref: ExperimentRef,
  onBroken?: OnBroken,
  look?: Look,
): Promise<number | undefined> {
  return salvageIfValid(experimentPaths(ref).runtime, runtimeSchema, onBroken, look)?.duration_ms;
}

export async function writeRuntime(ref: ExperimentRef, durationMs: number): Promise<void> {
  await writeJson(experimentPaths(ref).runtime, { duration_ms: Math.round(durationMs) }, { durable: true });
}
