import { expect, test } from "vitest";
import { countMinutes } from "../../src/utils/minutes.ts";

const noon = "2026-01-02T12:00:00.000Z";

test.each([
  [noon, noon, 0],
  [noon, "2026-01-02T12:00:59.999Z", 0],
  [noon, "2026-01-02T12:01:00Z", 1],
  [noon, "2026-01-02T14:30:00+01:00", 90],
  [Date.parse(noon), Date.parse(noon) + 3_600_000, 60],
  [noon, "2026-01-01T12:00:00Z", 0],
  [noon, "soon", undefined],
  ["", noon, undefined],
  [null, noon, undefined],
  [noon, undefined, undefined],
  [Number.NaN, noon, undefined],
])("from %s to %s are %s minutes", (from, to, minutes) => {
  expect(countMinutes(from, to)).toBe(minutes);
});
