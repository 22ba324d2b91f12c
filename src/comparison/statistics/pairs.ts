/** Operations on all pairs of values of two samples, both in ascending order. */

/** Counts the pairs whose first value is at or below the second. */
export function countAtMost(a: Float64Array, b: Float64Array): number {
  return countUpTo(a, b, (a, b) => a <= b);
}

/**
 * Finds the ratio of the given rank among the ratios of all pairs, counted from 1, without computing them all.
 * @param a positive and in ascending order, as is b
 */
export function findRatioOfRank(a: Float64Array, b: Float64Array, rank: number): number {
  // Positive doubles sort like their bit patterns, so bisecting those ends at an exact double.
  let low = toBits((a[0] ?? Number.NaN) / (b.at(-1) ?? Number.NaN));
  let high = toBits((a.at(-1) ?? Number.NaN) / (b[0] ?? Number.NaN));
  while (low < high) {
    const middle = (low + high) / 2n;
    const ratio = decodeBits(middle);
    if (countUpTo(a, b, (a, b) => a / b <= ratio) >= rank) high = middle;
    else low = middle + 1n;
  }
  return decodeBits(low);
}

function countUpTo(a: Float64Array, b: Float64Array, isWithin: (a: number, b: number) => boolean): number {
  let count = 0;
  let within = 0;
  for (const each of b) {
    while (within < a.length && isWithin(a[within] ?? Number.NaN, each)) within++;
    count += within;
  }
  return count;
}

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

function toBits(value: number): bigint {
  double[0] = value;
  return bits[0] ?? 0n;
}

function decodeBits(value: bigint): number {
  bits[0] = value;
  return double[0] ?? Number.NaN;
}
