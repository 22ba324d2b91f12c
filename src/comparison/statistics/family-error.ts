/** How often, at most, any of several alike experiments may be called worse than the one that looks best. */
const familyError = 0.05;

/** Below this, one disturbance of the machine is a fifth of a sample and more. */
const fewestSamples = 5;

/**
 * The error that each end of one interval may have, so that the intervals between all pairs of experiments hold
 * together in 95 % (Bonferroni). All pairs count, since the samples themselves choose which one is the best.
 * @param experiments how many are compared, at least 2
 */
export function tailOfEach(experiments: number): number {
  return familyError / (experiments * (experiments - 1));
}

/** How many samples each of so many experiments needs before any difference between two of them can be shown. */
export function countNeededSamples(experiments: number): number {
  const tail = tailOfEach(Math.max(experiments, 2));
  let size = 0;
  // All of one above all of the other is one of the arrangements of two samples, and the clearest that there is.
  for (let arrangements = 1; size < fewestSamples || 1 / arrangements > tail; ) {
    size++;
    arrangements *= (2 * size * (2 * size - 1)) / size ** 2;
  }
  return size;
}
