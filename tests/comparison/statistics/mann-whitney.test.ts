import { describe, expect, it } from "vitest";
import { findCriticalCount } from "../../../src/comparison/statistics/mann-whitney.ts";

/** Every way to choose so many of the places from `from` to `end`. */
function* choices(chosen: number, end: number, from = 0): Generator<number[]> {
  if (chosen === 0) yield [];
  for (let first = from; chosen > 0 && first <= end - chosen; first++) {
    for (const rest of choices(chosen - 1, end, first + 1)) yield [first, ...rest];
  }
}

/** How often each count of pairs occurs over all orders of the values: the first of a pair lies below the second. */
function countsOfPairs(sizeA: number, sizeB: number): number[] {
  const counts = Array<number>(sizeA * sizeB + 1).fill(0);
  for (const places of choices(sizeA, sizeA + sizeB)) {
    const pairs = places.reduce((sum, place, before) => sum + (sizeB - (place - before)), 0);
    counts[pairs] = (counts[pairs] ?? 0) + 1;
  }
  return counts;
}

/** The same for larger samples: the greatest value belongs to one sample or to the other. */
function countExactly(sizeA: number, sizeB: number): number[] {
  const rows: number[][] = [];
  for (let a = 0; a <= sizeA; a++) {
    for (let b = 0; b <= sizeB; b++) {
      const [withoutB, withoutA] = [b === 0 ? [] : (rows[b - 1] ?? []), rows[b] ?? []];
      rows[b] =
        a === 0 || b === 0
          ? [1]
          : Array.from(
              { length: a * b + 1 },
              (_, pairs) => (withoutB[pairs - a] ?? 0) + (withoutA[pairs] ?? 0),
            );
    }
  }
  return rows[sizeB] ?? [];
}

/** P(pairs < critical), by going through all orders. */
function errorAt(critical: number, counts: number[]): number {
  const sum = (of: number[]) => of.reduce((total, count) => total + count, 0);
  return sum(counts.slice(0, critical)) / sum(counts);
}

describe("criticalCount", () => {
  it.each([
    [5, 5],
    [5, 9],
    [9, 6],
    [8, 8],
  ])(
    "is the largest count that keeps the error limit over all orders of %d and %d values",
    (sizeA, sizeB) => {
      const counts = countsOfPairs(sizeA, sizeB);
      for (const tail of [0.025, 0.05 / 12, 0.05 / 56, 0.05 / 240]) {
        const critical = findCriticalCount(sizeA, sizeB, tail);
        expect(errorAt(critical, counts)).toBeLessThanOrEqual(tail);
        expect(errorAt(critical + 1, counts)).toBeGreaterThan(tail);
      }
    },
  );

  it("is 0 when even complete separation is too likely by chance", () => {
    expect(findCriticalCount(5, 5, 1 / 252)).toBe(1);
    expect(findCriticalCount(5, 5, 1 / 253)).toBe(0);
  });

  it("agrees with the published table: at most 127 for 20 and 20 values at 5 %, two-sided", () => {
    expect(findCriticalCount(20, 20, 0.025)).toBe(128);
  });

  it.each([
    [28, 28],
    [29, 29],
    [20, 45],
  ])(
    "is never less strict than the exact value for %d and %d values when it is approximate, and hardly stricter",
    (sizeA, sizeB) => {
      const counts = countExactly(sizeA, sizeB);
      for (const tail of [0.025, 0.05 / 12, 0.05 / 56, 0.05 / 240]) {
        const critical = findCriticalCount(sizeA, sizeB, tail);
        expect(errorAt(critical, counts)).toBeLessThanOrEqual(tail);
        expect(errorAt(critical + 8, counts)).toBeGreaterThan(tail);
      }
    },
  );
});
