import * as z from "zod";
import { readRecord, writeJson } from "../utils/json.ts";
import { type ExperimentRef, experimentPaths } from "./layout.ts";

const timelineSchema = z.looseObject({
  entries: z.array(z.looseObject({ ts: z.string(), kind: z.string() })),
});

const runtimeSchema = z.looseObject({ duration_ms: z.number().nonnegative() });

export type TimelineEntry = z.infer<typeof timelineSchema>["entries"][number];

/** The cycles of an experiment, oldest first; empty where there is no timeline. */
export async function readTimeline(ref: ExperimentRef): Promise<TimelineEntry[]> {
  const timeline = await readRecord(experimentPaths(ref).timeline, timelineSchema);
  return timeline?.entries ?? [];
}

/** Adds an entry. One writer at a time: the worker that holds the experiment. */
export async function appendTimeline(ref: ExperimentRef, entry: TimelineEntry): Promise<void> {
  await writeJson(experimentPaths(ref).timeline, { entries: [...(await readTimeline(ref)), entry] });
}

/** How long the last cycle took, in milliseconds; undefined where nothing ran. */
export async function readRuntime(ref: ExperimentRef): Promise<number | undefined> {
  return (await readRecord(experimentPaths(ref).runtime, runtimeSchema))?.duration_ms;
}

export async function writeRuntime(ref: ExperimentRef, durationMs: number): Promise<void> {
  await writeJson(experimentPaths(ref).runtime, { duration_ms: Math.round(durationMs) });
}
