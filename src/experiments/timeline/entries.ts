import * as z from "zod";
import { type Attempt, attemptSchema } from "../../../schemas/experiment/attempt.ts";
import { byTagSchema, importedPartSchema } from "../../../schemas/experiment/outcomes.ts";
import type { TimelineEntry } from "./timeline.ts";

/** What a cycle counted, and of what. The kit's entries have no counts. */
const cycleSchema = z.object({
  ts: z.string(),
  cycle_id: z.string().optional(),
  run_id: z.string().optional(),
  by_tag: byTagSchema,
  /** By tag, how many tests both failed and passed. */
  flaky: z.record(z.string(), z.number()).default({}),
  commit: z.string().nullable().optional(),
  dirty: z.boolean().optional(),
  branch_uid: z.string().nullable().optional(),
  /** In milliseconds: of all, and by tag. Earlier versions recorded no times by tag. */
  duration_ms: z.number().optional(),
  durations: z.record(z.string(), z.number()).default({}),
  /** By tag, the fingerprint of its suite. */
  suites: z.record(z.string(), z.string()).default({}),
  /** The runs that bundles brought parts of it from. */
  imported: z.array(importedPartSchema).default([]),
});
export type CountedCycle = z.infer<typeof cycleSchema>;

/** What each cycle counted, oldest first. Entries without counts, as the kit writes them, are passed over. */
export function findCycles(timeline: TimelineEntry[]): CountedCycle[] {
  const cycles = known.get(timeline) ?? timeline.flatMap(readCycle);
  known.set(timeline, cycles);
  return cycles;
}

/** A comparison asks several times, and parsing is what most of its time goes to. */
const known = new WeakMap<TimelineEntry[], CountedCycle[]>();

function readCycle(entry: TimelineEntry): CountedCycle[] {
  // Refusing what has no counts would take longer than reading what has some.
  if (entry.by_tag === undefined) return [];
  return [cycleSchema.safeParse(entry).data ?? []].flat();
}

/**
 * What kept the last run from measuring an experiment, or one of its tags; undefined where it was measured, and where
 * another run came after.
 */
export function findLastAttempt(timeline: TimelineEntry[]): Attempt | undefined {
  const entry = timeline.findLast(({ kind }) => kind === "attempt");
  const attempt = entry && attemptSchema.safeParse(entry).data;
  return attempt?.run_id === timeline.at(-1)?.run_id ? attempt : undefined;
}
