import { findCriticalCount } from "./mann-whitney.ts";
import { countAtMost, findRatioOfRank } from "./pairs.ts";
import type { Sample } from "./sample.ts";

interface Interval {
  low: number;
  high: number;
}

/** How one sample compares with another. */
export interface SampleComparison {
  /** The side of the other sample on which it is shown to lie; undefined if neither is shown. */
  side: "above" | "below" | undefined;
  /**
   * The confidence interval of the factor between the samples; it contains the factor between the medians. It excludes
   * 1 exactly if `side` is defined. Undefined if a value is not positive, which makes a factor meaningless.
   */
  interval: Interval | undefined;
}

/** A larger sample is reduced to this many of its values, which bounds the time. */
const maxValues = 1_000;
/** Ratios to smaller values might overflow. */
const leastPositive = 1e-100;

/**
 * Compares two samples by the Mann-Whitney test and the corresponding interval (Hodges and Lehmann, 1963). If both come
 * from the same distribution, whichever it is, the first is shown to lie above the second with a probability of at most
 * `tail`, and likewise below.
 * @returns undefined if the samples are too small to show anything at that level
 */
export function compareSamples(a: Sample, b: Sample, tail: number): SampleComparison | undefined {
  const [ofA, ofB] = [chooseRepresentatives(a.values), chooseRepresentatives(b.values)];
  const pairs = ofA.length * ofB.length;
  const critical = findCriticalCount(a.values.length, b.values.length, tail);
  if (critical === 0) return undefined;
  const rank = Math.max(1, Math.floor((critical * pairs) / (a.values.length * b.values.length)));
  // If the medians are equal or point the other way, nothing is shown.
  const isAbove = a.median > b.median && countAtMost(ofA, ofB) < rank;
  const isBelow = a.median < b.median && countAtMost(ofB, ofA) < rank;
  const ratio = compareMedians(a, b);
  const isPositive = Math.min(a.values[0] ?? 0, b.values[0] ?? 0) >= leastPositive;
  return {
    side: isAbove ? "above" : isBelow ? "below" : undefined,
    interval:
      ratio !== undefined && isPositive
        ? {
            low: Math.min(ratio, findRatioOfRank(ofA, ofB, rank)),
            high: Math.max(ratio, findRatioOfRank(ofA, ofB, pairs + 1 - rank)),
          }
        : undefined,
  };
}

/** @returns undefined if a median is not positive, which makes a ratio meaningless */
export function compareMedians(a: Sample, b: Sample): number | undefined {
  return Math.min(a.median, b.median) >= leastPositive ? a.median / b.median : undefined;
}

/** Picks values at equal distances in the order. */
function chooseRepresentatives(values: Float64Array): Float64Array {
  if (values.length <= maxValues) return values;
  return Float64Array.from(
    { length: maxValues },
    (_, n) => values[Math.floor(((n + 0.5) / maxValues) * values.length)] ?? Number.NaN,
  );
}
