/** The probability, at most, that any of several identical experiments is called worse than the one that looks best. */
const familyError = 0.05;

/** With fewer samples, a single disturbance of the machine affects more than a fifth of them. */
const fewestSamples = 5;

/**
 * The error allowed at each end of one interval so that the intervals between all pairs of experiments hold jointly in
 * 95 % (Bonferroni). All pairs count, because the same samples determine which experiment is the best.
 * @param experiments how many are compared, at least 2
 */
export function tailPerInterval(experiments: number): number {
  return familyError / (experiments * (experiments - 1));
}

/** Counts the samples that each experiment needs before a difference between any two can be shown. */
export function countNeededSamples(experiments: number): number {
  const tail = tailPerInterval(Math.max(experiments, 2));
  let size = 0;
  // The clearest result, one sample wholly above the other, is one of all arrangements of two samples.
  for (let arrangements = 1; size < fewestSamples || 1 / arrangements > tail; ) {
    size++;
    arrangements *= (2 * size * (2 * size - 1)) / size ** 2;
  }
  return size;
}
