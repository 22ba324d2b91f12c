import * as z from "zod";
import { type Attempt, attemptSchema } from "../../../schemas/experiment/attempt.ts";
import { byTagSchema, importedPartSchema } from "../../../schemas/experiment/outcomes.ts";
import type { TimelineEntry } from "./timeline.ts";

/** A cycle's counts, and the code, branch and suites they belong to. The kit's entries have no counts. */
const cycleSchema = z.object({
  ts: z.string(),
  cycle_id: z.string().optional(),
  run_id: z.string().optional(),
  by_tag: byTagSchema,
  /** The number of tests that both failed and passed, by tag. */
  flaky: z.record(z.string(), z.number()).default({}),
  commit: z.string().nullable().optional(),
  dirty: z.boolean().optional(),
  branch_uid: z.string().nullable().optional(),
  /** In milliseconds, for the cycle and by tag. Earlier versions recorded no times by tag. */
  duration_ms: z.number().optional(),
  durations: z.record(z.string(), z.number()).default({}),
  /** The fingerprint of the suite, by tag. */
  suites: z.record(z.string(), z.string()).default({}),
  /** The runs that bundles brought parts of it from. */
  imported: z.array(importedPartSchema).default([]),
});
export type CountedCycle = z.infer<typeof cycleSchema>;

/** Finds the cycles with counts, oldest first. Entries without counts, as the kit writes them, are skipped. */
export function findCycles(timeline: TimelineEntry[]): CountedCycle[] {
  const cycles = known.get(timeline) ?? timeline.flatMap(readCycle);
  known.set(timeline, cycles);
  return cycles;
}

/** Cached, because a comparison asks several times and spends most of its time on parsing. */
const known = new WeakMap<TimelineEntry[], CountedCycle[]>();

function readCycle(entry: TimelineEntry): CountedCycle[] {
  // Rejecting an entry without counts by the schema would take longer than parsing one that has some.
  if (entry.by_tag === undefined) return [];
  return [cycleSchema.safeParse(entry).data ?? []].flat();
}

/**
 * Finds what prevented the last run from measuring an experiment or one of its tags; undefined if it was measured, or
 * if another run followed.
 */
export function findLastAttempt(timeline: TimelineEntry[]): Attempt | undefined {
  const entry = timeline.findLast(({ kind }) => kind === "attempt");
  const attempt = entry && attemptSchema.safeParse(entry).data;
  return attempt?.run_id === timeline.at(-1)?.run_id ? attempt : undefined;
}
