import { describe, expect, it } from "vitest";
import { median, toSample } from "../../../src/comparison/statistics/sample.ts";

describe("toSample", () => {
  it.each([
    [[3], 3],
    [[1, 2], 1.5],
    [[5, 1, 3], 3],
    [[10, 9, -1, 8], 8.5],
  ])("gives the median of %j", (values, expected) => {
    expect(toSample(values)).toEqual({ values: Float64Array.from(values).sort(), median: expected });
    expect(median(values)).toBe(expected);
  });
});
