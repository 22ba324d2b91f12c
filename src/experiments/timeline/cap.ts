import type { Cap, PerExperiment } from "../../../schemas/plan/cap.ts";
import type { TimelineEntry } from "./timeline.ts";

/**
 * Returns the cap that an experiment has reached, if any. Cycles that could not be measured cost nothing.
 * @param budget the plan's `per_experiment`
 * @param recorded a cap that the kit wrote; it holds until the plan allows more than it did then
 */
export function findCap(
  timeline: readonly TimelineEntry[],
  budget: PerExperiment = {},
  recorded?: Cap,
): Cap | undefined {
  const cycles = timeline.filter(({ kind }) => kind === "cycle");
  const at_cycle = cycles.length;
  const milliseconds = cycles.reduce((sum, { duration_ms }) => sum + asNumber(duration_ms), 0);
  const at_minutes = Math.round(milliseconds / 6_000) / 10;
  const { max_cycles, max_wall_clock_minutes } = budget;
  if (max_cycles !== undefined && at_cycle >= max_cycles)
    return { reason: "max_cycles", at_cycle, cap_value: max_cycles };
  if (max_wall_clock_minutes !== undefined && milliseconds >= max_wall_clock_minutes * 60_000)
    return { reason: "max_wall_clock_minutes", at_cycle, at_minutes, cap_value: max_wall_clock_minutes };
  if (recorded === undefined) return undefined;
  return (budget[recorded.reason] ?? 0) > recorded.cap_value ? undefined : recorded;
}

/** Describes a cap as part of a sentence: `it has run its 3 cycles`. */
export function describeCap({ reason, cap_value }: Cap): string {
  if (reason === "max_cycles") return `it has run its ${cap_value} ${cap_value === 1 ? "cycle" : "cycles"}`;
  return `it has run for its ${cap_value} ${cap_value === 1 ? "minute" : "minutes"}`;
}

function asNumber(value: unknown): number {
  return typeof value === "number" && value > 0 ? value : 0;
}
