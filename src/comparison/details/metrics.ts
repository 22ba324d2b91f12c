import {
  type Measured,
  type Metric,
  type MetricComparison,
  metricsFileSchema,
} from "../../../schemas/metric.ts";
import { artifactPath, metricsName } from "../../experiments/layout.ts";
import { groupBy } from "../../utils/group-by.ts";
import { readRecord } from "../../utils/json.ts";
import { ifWhole, type OnBroken } from "../records/if-whole.ts";
import { sortTags } from "../records/matrix.ts";
import type { ExperimentRecords } from "../records/records.ts";
import { compareSamples, ratioOfMedians } from "./compare-samples.ts";
import { countNeededSamples, tailOfEach } from "./family-error.ts";
import { type Sample, toSample } from "./sample.ts";

/** A metric as one experiment measured it. */
export interface Measurement {
  experiment_slug: string;
  tag: string;
  metric: Metric;
}

/** The metrics of the cycles that count: each tag's `metrics.json`, repeats included. */
export async function readMetrics(
  { experiment, artifacts }: ExperimentRecords,
  onBroken: OnBroken,
): Promise<Measurement[]> {
  const files = artifacts.filter(({ name }) => isMetrics(name));
  const read = files.map(async ({ cycle_id, name }) => {
    const path = artifactPath(experiment, cycle_id, name);
    const metrics = (await ifWhole(path, (file) => readRecord(file, metricsFileSchema), onBroken)) ?? [];
    const tag = name.slice(0, name.indexOf("/"));
    return metrics.map((metric) => ({ experiment_slug: experiment.experiment_slug, tag, metric }));
  });
  return (await Promise.all(read)).flat();
}

/** In a tag's own folder, or in that of one of its repeats. */
function isMetrics(name: string): boolean {
  const end = `/${metricsName}`;
  return name.endsWith(end) && /^[^/]+(\/repeat-\d+)?$/.test(name.slice(0, -end.length));
}

/**
 * Each metric across the experiments that measured it in the same unit and direction. The family of comparisons whose
 * error is held is that of one metric, over all experiments that measured it.
 * @param among the slugs of those to compare, whatever others measured; default: all
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

/**
 * The experiments, the best by their metrics first: by how often one is shown worse than the best of them, or did not
 * measure; then by the places that it lies behind, but for metrics that show no difference; then as given.
 * @returns also whether the first is shown worse less often than the second
 */
export function orderByMetrics<Row extends { experiment_slug: string }>(
  rows: Row[],
  measurements: Measurement[],
): { winners: Row[]; isByMetrics: boolean } {
  const slugs = new Set(rows.map((row) => row.experiment_slug));
  const losses = new Map([...slugs].map((slug) => [slug, { worse: 0, missing: 0, behind: 0 }]));
  for (const { measured } of compareMetrics(measurements, slugs)) {
    for (const [slug, own] of losses) {
      const place = measured.findIndex((each) => each.experiment_slug === slug);
      const { verdict, median } = measured[place] ?? {};
      if (verdict === "worse") own.worse++;
      if (verdict === undefined) own.missing++;
      else if (verdict !== "no_difference_shown" && median !== measured[0]?.median) own.behind += place;
    }
  }
  const of = (row: Row) => losses.get(row.experiment_slug) ?? { worse: 0, missing: 0, behind: 0 };
  // To leave a measurement out must not pay: it counts as the worst.
  const key = (row: Row) => [of(row).worse + of(row).missing, of(row).missing, of(row).behind] as const;
  const winners = [...rows].sort((a, b) => compareKeys(key(a), key(b)));
  const [best, second] = winners;
  const isByMetrics = best !== undefined && second !== undefined && of(best).worse < of(second).worse;
  return { winners, isByMetrics };
}

/** By the first place in which they differ. */
function compareKeys(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((value, index) => value !== b[index]);
  return place === -1 ? 0 : (a[place] ?? 0) - (b[place] ?? 0);
}

function compareOne(group: Measurement[], among: ReadonlySet<string> | undefined): MetricComparison[] {
  const [first] = group;
  if (first === undefined) return [];
  const { name, unit, better } = first.metric;
  const samples = [...samplesOf(group)];
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
        : besideBest(sample, best.sample, better, samples.length)),
    };
  });
  return [{ tag: first.tag, name, ...(unit !== undefined && { unit }), better, measured }];
}

/** All samples of each experiment: a suite that is repeated measures anew each time. */
function samplesOf(group: Measurement[]): Map<string, number[]> {
  const bySlug = groupBy(group, (each) => each.experiment_slug);
  return new Map(
    [...bySlug].map(([slug, own]) => [
      slug,
      own.flatMap(({ metric: { samples, value } }) => samples ?? (value === undefined ? [] : [value])),
    ]),
  );
}

function besideBest(
  own: Sample,
  best: Sample,
  better: Metric["better"],
  experiments: number,
): Pick<Measured, "ratio" | "interval" | "verdict"> {
  const ratio = ratioOfMedians(own, best);
  const isEnough = Math.min(own.values.length, best.values.length) >= countNeededSamples(experiments);
  const compared = isEnough ? compareSamples(own, best, tailOfEach(experiments)) : undefined;
  if (compared === undefined) return { ratio, verdict: "too_few_samples" };
  const { side, interval } = compared;
  const isWorse = side === (better === "lower" ? "above" : "below");
  return { ratio, interval, verdict: isWorse ? "worse" : "no_difference_shown" };
}
