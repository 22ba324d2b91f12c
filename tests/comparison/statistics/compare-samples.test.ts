import { describe, expect, it } from "vitest";
import { distributions, seededRandom } from "../../../bench/support/random.ts";
import { compareSamples } from "../../../src/comparison/statistics/compare-samples.ts";
import { findCriticalCount } from "../../../src/comparison/statistics/mann-whitney.ts";
import { toSample } from "../../../src/comparison/statistics/sample.ts";

const random = seededRandom(1);
const draw = (size: number, of: () => number) => toSample(Array.from({ length: size }, of));
const names = ["lognormal", "normal", "pareto", "ties"] as const;

describe("compareSamples", () => {
  it.each(names)("gives the interval of the ratios of all pairs: %s", (name) => {
    for (const [sizeA, sizeB] of [
      [5, 5],
      [8, 13],
      [40, 30],
    ] as const) {
      const a = draw(sizeA, () => 1.3 * distributions[name](random));
      const b = draw(sizeB, () => distributions[name](random));
      const ratios = [...a.values].flatMap((x) => [...b.values].map((y) => x / y)).sort((x, y) => x - y);
      const rank = findCriticalCount(sizeA, sizeB, 0.025);
      const ratio = a.median / b.median;
      expect(compareSamples(a, b, 0.025)?.interval).toEqual({
        low: Math.min(ratio, ratios[rank - 1] ?? 0),
        high: Math.max(ratio, ratios[ratios.length - rank] ?? 0),
      });
    }
  });

  it("shows a difference exactly when the interval excludes 1, even for large samples", () => {
    const sides = new Set();
    for (let round = 0; round < 400; round++) {
      const size = round % 40 === 0 ? 1_500 : 5 + (round % 30);
      const name = names[round % names.length] ?? "ties";
      const a = draw(size, () => (1 + (round % 5) / 10) * distributions[name](random));
      const b = draw(size, () => distributions[name](random));
      for (const compared of [compareSamples(a, b, 0.025), compareSamples(b, a, 0.025)]) {
        const { low = 0, high = 0 } = compared?.interval ?? {};
        sides.add(compared?.side);
        expect(compared?.side).toBe(low > 1 ? "above" : high < 1 ? "below" : undefined);
      }
    }
    expect(sides.size).toBe(3);
  });

  it("covers the true factor at least as often as promised", () => {
    const covers = (size: number, tail: number) => {
      const { interval } =
        compareSamples(
          draw(size, () => 1.2 * distributions.lognormal(random)),
          draw(size, () => distributions.lognormal(random)),
          tail,
        ) ?? {};
      return interval !== undefined && interval.low <= 1.2 && interval.high >= 1.2;
    };
    for (const size of [10, 30, 2_000]) {
      const covered = Array.from({ length: 300 }, () => covers(size, 0.05)).filter(Boolean).length;
      expect(covered).toBeGreaterThanOrEqual(0.88 * 300);
      expect(covered).toBeLessThanOrEqual(0.97 * 300);
    }
  });

  it("does not show a difference that contradicts the medians", () => {
    const [a, b] = [toSample([2, 2, 2, 2, 2, 2, 9, 9, 9, 9, 9]), toSample([1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2])];
    expect(a.median).toBe(b.median);
    expect(compareSamples(a, b, 0.2)).toMatchObject({ side: undefined, interval: { low: 1 } });
  });

  it("shows no difference with too few values", () => {
    expect(compareSamples(toSample([1, 2, 3]), toSample([7, 8, 9]), 0.025)).toBeUndefined();
  });
});
