import { expect, test } from "vitest";
import { findCap } from "../../../src/experiments/timeline/cap.ts";

const cycle = (minutes?: number) => ({
  ts: "2026-01-01T00:00:00Z",
  kind: "cycle",
  ...(minutes !== undefined && { duration_ms: minutes * 60_000 }),
});
const attempt = { ...cycle(50), kind: "attempt" };

test.each([
  ["no budget", [cycle(), cycle()], {}, undefined],
  ["fewer cycles than allowed", [cycle(), cycle()], { max_cycles: 3 }, undefined],
  [
    "as many cycles as allowed",
    [cycle(), cycle(), cycle()],
    { max_cycles: 3 },
    { reason: "max_cycles", at_cycle: 3 },
  ],
  [
    "more cycles, as after a lowered budget",
    [cycle(), cycle()],
    { max_cycles: 1 },
    { at_cycle: 2, cap_value: 1 },
  ],
  ["attempts, which cost no cycle", [cycle(), attempt], { max_cycles: 2 }, undefined],
  ["fewer minutes than allowed", [cycle(2), cycle(2.9)], { max_wall_clock_minutes: 5 }, undefined],
  [
    "as many minutes as allowed",
    [cycle(2), cycle(3)],
    { max_wall_clock_minutes: 5 },
    { at_minutes: 5, cap_value: 5 },
  ],
  ["attempts, which cost no minutes", [attempt], { max_wall_clock_minutes: 5 }, undefined],
  ["cycles of the kit, which have no times", [cycle()], { max_wall_clock_minutes: 5 }, undefined],
  ["both caps", [cycle(9)], { max_cycles: 1, max_wall_clock_minutes: 5 }, { reason: "max_cycles" }],
])("finds the cap for %s", (_what, timeline, budget, cap) => {
  const found = findCap(timeline, budget);
  if (cap === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject(cap);
});

test("keeps a cap that the kit recorded until the plan allows more", () => {
  const recorded = { reason: "max_cycles", at_cycle: 4, cap_value: 4 } as const;
  expect(findCap([], undefined, recorded)).toBe(recorded);
  expect(findCap([], { max_wall_clock_minutes: 60 }, recorded)).toBe(recorded);
  expect(findCap([], { max_cycles: 4 }, recorded)).toBe(recorded);
  expect(findCap([], { max_cycles: 5 }, recorded)).toBeUndefined();
});
