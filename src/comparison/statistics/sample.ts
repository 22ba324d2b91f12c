/** The values of one metric, prepared for comparison. */
export interface Sample {
  /** In ascending order. */
  values: Float64Array;
  median: number;
}

export function toSample(values: readonly number[]): Sample {
  const sorted = Float64Array.from(values).sort();
  const middle = (sorted.length - 1) / 2;
  const [lower, upper] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return { values: sorted, median: ((lower ?? Number.NaN) + (upper ?? Number.NaN)) / 2 };
}

export function median(values: readonly number[]): number {
  return toSample(values).median;
}
