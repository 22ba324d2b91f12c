import {
  type Measured,
  type Metric,
  type MetricComparison,
  metricsFileSchema,
} from "../../schemas/metric.ts";
import { readRecord } from "../experiments/files.ts";
import { artifactPath } from "../experiments/layout.ts";
import { median, medianRatioInterval } from "./bootstrap.ts";
import { ifWhole } from "./if-whole.ts";
import { sortTags } from "./matrix.ts";
import type { ExperimentRecords } from "./records.ts";

/** A metric as one experiment measured it. */
export interface Measurement {
  experiment_slug: string;
  tag: string;
  metric: Metric;
}

/** The metrics of the current cycle: each tag's `metrics.json`. A file that cannot be read is passed over. */
export async function readMetrics({ experiment, current }: ExperimentRecords): Promise<Measurement[]> {
  if (current === undefined) return [];
  const files = current.artifacts.filter((name) => /^[^/]+\/metrics\.json$/.test(name));
  const read = files.map(async (name) => {
    const path = artifactPath(experiment, current.cycle_id, name);
    const metrics = (await ifWhole(readRecord(path, metricsFileSchema))) ?? [];
    const tag = name.slice(0, name.indexOf("/"));
    return metrics.map((metric) => ({ experiment_slug: experiment.experiment_slug, tag, metric }));
  });
  return (await Promise.all(read)).flat();
}

/** Each metric across the experiments that measured it in the same unit and direction. */
export function compareMetrics(measurements: Measurement[]): MetricComparison[] {
  const groups = new Map<string, Measurement[]>();
  for (const each of measurements) {
    const key = JSON.stringify([each.tag, each.metric.name, each.metric.unit, each.metric.better]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const compared = [...groups.values()].flatMap(compareOne);
  return sortTags([...new Set(compared.map((each) => each.tag))]).flatMap((tag) =>
    compared.filter((each) => each.tag === tag).sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

/** The experiments in the order of their metrics: by how often one is shown worse than the best; then as given. */
export function orderByMetrics(slugs: string[], metrics: MetricComparison[]): string[] {
  const losses = (slug: string) =>
    metrics.filter(({ measured }) =>
      measured.some((each) => each.experiment_slug === slug && each.verdict === "worse"),
    ).length;
  return [...slugs].sort((a, b) => losses(a) - losses(b));
}

function compareOne(group: Measurement[]): MetricComparison[] {
  const [first] = group;
  if (first === undefined) return [];
  const { name, unit, better } = first.metric;
  const ranked = group
    .map(({ experiment_slug, metric }) => {
      const samples = metric.samples ?? (metric.value === undefined ? [] : [metric.value]);
      return { experiment_slug, samples, median: median(samples) };
    })
    .sort((a, b) => (better === "lower" ? a.median - b.median : b.median - a.median));
  const best = ranked[0];
  const measured = ranked.map(({ experiment_slug, samples, median }): Measured => {
    const shown = { experiment_slug, samples: samples.length, median };
    if (best === undefined || experiment_slug === best.experiment_slug) return { ...shown, verdict: "best" };
    const interval = medianRatioInterval(samples, best.samples);
    const isWorse = interval !== undefined && (better === "lower" ? interval.low > 1 : interval.high < 1);
    return {
      ...shown,
      ...(best.median !== 0 && { ratio: median / best.median }),
      ...(interval !== undefined && { interval }),
      verdict: isWorse ? "worse" : "no_difference_shown",
    };
  });
  return [{ tag: first.tag, name, ...(unit !== undefined && { unit }), better, measured }];
}
