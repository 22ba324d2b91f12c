import type { Measured, Metric, MetricComparison } from "../../../schemas/comparison/metric.ts";
import { groupBy } from "../../utils/group-by.ts";
import { sortTags } from "../records/matrix.ts";
import type { Measurement } from "../records/measurements.ts";
import { compareMedians, compareSamples } from "../statistics/compare-samples.ts";
import { countNeededSamples, tailPerInterval } from "../statistics/family-error.ts";
import { type Sample, toSample } from "../statistics/sample.ts";

/**
 * Compares each metric across the experiments that measured it in the same unit and direction. The error rate is
 * controlled per metric, across all experiments that measured it.
 * @param among slugs of the experiments to compare, regardless of which others measured; default: all
 */
export function compareMetrics(measurements: Measurement[], among?: ReadonlySet<string>): MetricComparison[] {
  const groups = groupBy(measurements, ({ tag, metric: { name, unit, better } }) =>
    JSON.stringify([tag, name, unit, better]),
  );
  const compared = [...groups.values()].flatMap((group) => compareOne(group, among));
  return sortTags([...new Set(compared.map((each) => each.tag))]).flatMap((tag) =>
    compared.filter((each) => each.tag === tag).sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

function compareOne(group: Measurement[], among: ReadonlySet<string> | undefined): MetricComparison[] {
  const [first] = group;
  if (first === undefined) return [];
  const { name, unit, better } = first.metric;
  const samples = [...collectSamples(group)];
  const ranked = samples
    .filter(([slug]) => among?.has(slug) ?? true)
    .map(([experiment_slug, values]) => ({ experiment_slug, sample: toSample(values) }))
    .sort((a, b) => (a.sample.median - b.sample.median) * (better === "lower" ? 1 : -1));
  const [best] = ranked;
  if (best === undefined) return [];
  const measured = ranked.map(({ experiment_slug, sample }): Measured => {
    const missing = countNeededSamples(samples.length) - sample.values.length;
    return {
      experiment_slug,
      samples: sample.values.length,
      median: sample.median,
      ...(missing > 0 && { missing_samples: missing }),
      ...(sample === best.sample
        ? { verdict: "best" }
        : compareWithBest(sample, best.sample, better, samples.length)),
    };
  });
  return [{ tag: first.tag, name, ...(unit !== undefined && { unit }), better, measured }];
}

/** Collects all samples of each experiment, including those from repeats of a suite. */
function collectSamples(group: Measurement[]): Map<string, number[]> {
  const bySlug = groupBy(group, (each) => each.experiment_slug);
  return new Map(
    [...bySlug].map(([slug, own]) => [
      slug,
      own.flatMap(({ metric: { samples, value } }) => samples ?? (value === undefined ? [] : [value])),
    ]),
  );
}

function compareWithBest(
  own: Sample,
  best: Sample,
  better: Metric["better"],
  experiments: number,
): Pick<Measured, "ratio" | "interval" | "verdict"> {
  const ratio = compareMedians(own, best);
  const isEnough = Math.min(own.values.length, best.values.length) >= countNeededSamples(experiments);
  const compared = isEnough ? compareSamples(own, best, tailPerInterval(experiments)) : undefined;
  if (compared === undefined) return { ratio, verdict: "too_few_samples" };
  const { side, interval } = compared;
  const isWorse = side === (better === "lower" ? "above" : "below");
  return { ratio, interval, verdict: isWorse ? "worse" : "no_difference_shown" };
}
