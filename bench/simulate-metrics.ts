import type { MetricComparison } from "../schemas/comparison/metric.ts";
import { compareMetrics } from "../src/comparison/details/metrics.ts";

/** Compares designs as the product does, each with the given number of samples. */
export function compareDesigns(designs: (() => number)[], samples: number): MetricComparison["measured"] {
  const measurements = designs.map((draw, n) => ({
    experiment_slug: `design-${n}`,
    tag: "perf",
    metric: { name: "p50", better: "lower" as const, samples: Array.from({ length: samples }, draw) },
  }));
  return compareMetrics(measurements)[0]?.measured ?? [];
}

/** The share of rounds in which any of several identical designs is called worse. */
export function measureFamilyError(
  designs: number,
  samples: number,
  draw: () => number,
  rounds: number,
): number {
  const alike = Array.from({ length: designs }, () => draw);
  return measureShare(rounds, () =>
    compareDesigns(alike, samples).some(({ verdict }) => verdict === "worse"),
  );
}

/** The share of rounds in which the one design whose values are `factor` times those of the others is called worse. */
export function measurePower(
  designs: number,
  samples: number,
  draw: () => number,
  rounds: number,
  factor = 1.2,
): number {
  const [, ...others] = Array.from({ length: designs }, () => draw);
  return measureShare(rounds, () =>
    compareDesigns([() => factor * draw(), ...others], samples).some(
      ({ experiment_slug, verdict }) => experiment_slug === "design-0" && verdict === "worse",
    ),
  );
}

function measureShare(rounds: number, holds: () => boolean): number {
  let count = 0;
  for (let round = 0; round < rounds; round++) if (holds()) count++;
  return count / rounds;
}
