import { criticalCount } from "./mann-whitney.ts";
import { countAtMost, ratioOfRank } from "./pairs.ts";
import type { Sample } from "./sample.ts";

/** An interval of a number. */
interface Interval {
  low: number;
  high: number;
}

/** How one sample lies beside another. */
export interface SampleComparison {
  /** On which side of the other one it is shown to lie, if it is. */
  side: "above" | "below" | undefined;
  /**
   * Of the factor between the two, that between the medians included: wholly above or below 1 exactly where the sample
   * is shown to lie there. Undefined where a value is not positive, so that a factor says nothing.
   */
  interval: Interval | undefined;
}

/** A larger sample is represented by so many of its values, which bounds the time. */
const maxValues = 1_000;
/** Ratios to anything smaller might overflow. */
const leastPositive = 1e-100;

/**
 * Compares two samples by the pairs of their values: the Mann-Whitney test, and the interval that belongs to it
 * (Hodges and Lehmann, 1963). Where both come from one distribution, whichever that is, the sample is shown to lie
 * above the other one with a probability of at most `tail`, and below it likewise.
 * @returns undefined where so few values can show nothing at that level
 */
export function compareSamples(a: Sample, b: Sample, tail: number): SampleComparison | undefined {
  const [ofA, ofB] = [representatives(a.values), representatives(b.values)];
  const pairs = ofA.length * ofB.length;
  const critical = criticalCount(a.values.length, b.values.length, tail);
  if (critical === 0) return undefined;
  const rank = Math.max(1, Math.floor((critical * pairs) / (a.values.length * b.values.length)));
  // Medians that say otherwise, or nothing, take the word from the pairs.
  const isAbove = a.median > b.median && countAtMost(ofA, ofB) < rank;
  const isBelow = a.median < b.median && countAtMost(ofB, ofA) < rank;
  const ratio = ratioOfMedians(a, b);
  const isPositive = Math.min(a.values[0] ?? 0, b.values[0] ?? 0) >= leastPositive;
  return {
    side: isAbove ? "above" : isBelow ? "below" : undefined,
    interval:
      ratio !== undefined && isPositive
        ? {
            low: Math.min(ratio, ratioOfRank(ofA, ofB, rank)),
            high: Math.max(ratio, ratioOfRank(ofA, ofB, pairs + 1 - rank)),
          }
        : undefined,
  };
}

/** @returns undefined where a median is not positive, so that a ratio says nothing */
export function ratioOfMedians(a: Sample, b: Sample): number | undefined {
  return Math.min(a.median, b.median) >= leastPositive ? a.median / b.median : undefined;
}

/** Each stands for as many neighbours in the order. */
function representatives(values: Float64Array): Float64Array {
  if (values.length <= maxValues) return values;
  return Float64Array.from(
    { length: maxValues },
    (_, n) => values[Math.floor(((n + 0.5) / maxValues) * values.length)] ?? Number.NaN,
  );
}
