/** An interval of a ratio. */
export interface Interval {
  low: number;
  high: number;
}

const resamples = 2_000;
const confidence = 0.95;
/** Below this, resampling mostly repeats the few values there are, and the interval is too narrow to trust. */
export const fewestSamples = 5;

/**
 * The percentile bootstrap interval (95 %) of the ratio of two medians, `median(a) / median(b)`. The random numbers
 * are seeded, so that the same samples always give the same interval.
 * @returns undefined where one side has fewer than five samples, or where a resampled divisor is 0
 */
export function medianRatioInterval(a: readonly number[], b: readonly number[]): Interval | undefined {
  if (a.length < fewestSamples || b.length < fewestSamples) return undefined;
  const random = seededRandom(a.length * 65_537 + b.length);
  const ratios = Array.from(
    { length: resamples },
    () => resampledMedian(a, random) / resampledMedian(b, random),
  );
  if (!ratios.every(Number.isFinite)) return undefined;
  ratios.sort((x, y) => x - y);
  const tail = (1 - confidence) / 2;
  return { low: quantile(ratios, tail), high: quantile(ratios, 1 - tail) };
}

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((x, y) => x - y),
    0.5,
  );
}

function resampledMedian(values: readonly number[], random: () => number): number {
  const sample = Float64Array.from(values, () => values[Math.floor(random() * values.length)] ?? Number.NaN);
  return quantile(sample.sort(), 0.5);
}

/** By linear interpolation between the two nearest ranks. */
function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** Mulberry32: 32 bits of state, even enough for resampling. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
