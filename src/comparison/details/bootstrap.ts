import { gamma, seededRandom } from "./random.ts";

/** An interval of a number. */
export interface Interval {
  low: number;
  high: number;
}

/** How two medians compare, by 95 % percentile bootstrap intervals. */
export interface MedianIntervals {
  /** Of `median(a) - median(b)`. */
  difference: Interval;
  /** Of `median(a) / median(b)`; undefined where a value is zero or less, so that a ratio says nothing. */
  ratio: Interval | undefined;
}

const resamples = 2_000;
const confidence = 0.95;
/** Below this, resampling mostly repeats the few values there are, and the interval is too narrow to trust. */
export const fewestSamples = 5;

/**
 * Compares the medians of two samples. The random numbers are seeded, so that the same samples always give the same
 * intervals.
 * @returns undefined where one side has fewer than five samples
 */
export function compareMedians(a: readonly number[], b: readonly number[]): MedianIntervals | undefined {
  if (a.length < fewestSamples || b.length < fewestSamples) return undefined;
  const random = seededRandom(a.length * 65_537 + b.length);
  const [ofA, ofB] = [resampleMedians(a, random), resampleMedians(b, random)];
  const interval = (compare: (a: number, b: number) => number) =>
    intervalOf(ofA.map((median, index) => compare(median, ofB[index] ?? Number.NaN)));
  const isPositive = [...a, ...b].every((value) => value > 0);
  return {
    difference: interval((a, b) => a - b),
    ratio: isPositive ? interval((a, b) => a / b) : undefined,
  };
}

export function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}

function intervalOf(values: Float64Array): Interval {
  const sorted = values.sort();
  const tail = (1 - confidence) / 2;
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

/**
 * Medians of resamples, in a time that does not grow with the sample: the middle of n draws from sorted values is the
 * value at the middle of n uniform draws, and that is distributed as Beta(k, n + 1 - k).
 */
function resampleMedians(values: readonly number[], random: () => number): Float64Array {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const k = Math.ceil(n / 2);
  const at = (share: number) => sorted[Math.min(n - 1, Math.floor(share * n))] ?? Number.NaN;
  return Float64Array.from({ length: resamples }, () => {
    const x = gamma(k, random);
    const lower = x / (x + gamma(n + 1 - k, random));
    if (n % 2 === 1) return at(lower);
    // The draw after the k-th is the least of the n - k that lie above it.
    const upper = 1 - (1 - lower) * (1 - random()) ** (1 / (n - k));
    return (at(lower) + at(upper)) / 2;
  });
}

/** By linear interpolation between the two nearest ranks. */
function quantile(sorted: Float64Array, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}
