/**
 * The critical value of the Mann-Whitney test: for two samples from one distribution, how few pairs may have the first
 * value at or below the second. Ties only increase that number, so the error is at most `tail` for any distribution.
 * @param tail the accepted error, below 0.1
 * @returns the largest count with P(pairs < count) <= tail; 0 if the samples are too small for any
 */
export function findCriticalCount(sizeA: number, sizeB: number, tail: number): number {
  const arrangements = countArrangements(sizeA, sizeB);
  return arrangements <= Number.MAX_SAFE_INTEGER
    ? findExactCount(sizeA, sizeB, tail * arrangements)
    : approximateCount(sizeA, sizeB, tail);
}

/** Counts the orders in which the values of two samples can be interleaved. */
function countArrangements(sizeA: number, sizeB: number): number {
  let count = 1;
  for (let n = 1; n <= Math.min(sizeA, sizeB); n++) count *= (Math.max(sizeA, sizeB) + n) / n;
  return count;
}

/** Uses the number of arrangements for each count of pairs: the coefficients of a Gaussian binomial. */
function findExactCount(sizeA: number, sizeB: number, allowed: number): number {
  const counts = new Float64Array(Math.floor((sizeA * sizeB) / 2) + 1);
  const at = (index: number) => counts[index] ?? 0;
  counts[0] = 1;
  for (let n = 1; n <= sizeA; n++) {
    for (let pairs = counts.length - 1; pairs >= sizeB + n; pairs--)
      counts[pairs] = at(pairs) - at(pairs - sizeB - n);
    for (let pairs = n; pairs < counts.length; pairs++) counts[pairs] = at(pairs) + at(pairs - n);
  }
  let sum = 0;
  const beyond = counts.findIndex((count) => {
    sum += count;
    return sum > allowed;
  });
  return beyond === -1 ? counts.length : beyond;
}

/** The tails of the exact distribution are lighter than those of the normal one, so this errs on the safe side. */
function approximateCount(sizeA: number, sizeB: number, tail: number): number {
  const pairs = sizeA * sizeB;
  const deviation = Math.sqrt((pairs * (sizeA + sizeB + 1)) / 12);
  return Math.max(0, Math.floor(pairs / 2 - normalQuantile(tail) * deviation - 0.5) + 1);
}

/** The value that a standard normal variable exceeds with probability `tail`, which must be below 0.1. */
function normalQuantile(tail: number): number {
  let [low, high] = [1, 40];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalTail(middle) > tail) low = middle;
    else high = middle;
  }
  return high;
}

/** Uses Laplace's continued fraction, which converges quickly beyond 1. */
function normalTail(z: number): number {
  let fraction = z;
  for (let term = 100; term >= 1; term--) fraction = z + term / fraction;
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / fraction;
}
