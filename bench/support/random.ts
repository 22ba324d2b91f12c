/** Mulberry32: 32 bits of state, uniform enough for drawing samples. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws from the standard normal distribution. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Distributions of measurements. `pareto` has a tail so heavy that it has no variance; `ties` takes three values. */
export const distributions = {
  lognormal: (random: () => number) => 10 * Math.exp(0.2 * normal(random)),
  normal: (random: () => number) => 10 + normal(random),
  pareto: (random: () => number) => (1 - random()) ** (-1 / 1.5),
  ties: (random: () => number) => 10 + Math.floor(3 * random()),
};
