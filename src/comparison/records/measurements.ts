import { type Metric, metricsFileSchema } from "../../../schemas/comparison/metric.ts";
import { type DecideBy, durationMetric } from "../../../schemas/plan/decide-by.ts";
import { artifactPath, metricsName } from "../../experiments/layout.ts";
import { readRecord } from "../../utils/files/json.ts";
import { type OnBroken, readIfValid } from "../../utils/files/salvage.ts";
import type { ExperimentRecords } from "./records.ts";

/** A metric measured by one experiment. */
export interface Measurement {
  experiment_slug: string;
  tag: string;
  metric: Metric;
}

/**
 * Reads what an experiment measured in the cycles that count, including the duration of its suites if that is the
 * deciding metric.
 */
export async function readMeasurements(
  records: ExperimentRecords,
  decideBy: DecideBy | undefined,
  onBroken: OnBroken,
): Promise<Measurement[]> {
  const timedTag = decideBy?.metric === durationMetric ? decideBy.tag : undefined;
  const metrics = await readMetrics(records, onBroken);
  // A suite's own metric of that name is a different one.
  const isOther = ({ tag, metric }: Measurement) => tag !== timedTag || metric.name !== durationMetric;
  return [...metrics.filter(isOther), ...(timedTag === undefined ? [] : findDurations(records, timedTag))];
}

/** Reads each tag's `metrics.json`, including those of repeats. */
async function readMetrics(
  { experiment, artifacts }: ExperimentRecords,
  onBroken: OnBroken,
): Promise<Measurement[]> {
  const files = artifacts.filter(({ name }) => isMetrics(name));
  const read = files.map(async ({ cycle_id, name }) => {
    const path = artifactPath(experiment, cycle_id, name);
    const metrics = (await readIfValid(path, (file) => readRecord(file, metricsFileSchema), onBroken)) ?? [];
    const tag = name.slice(0, name.indexOf("/"));
    return metrics.map((metric) => ({ experiment_slug: experiment.experiment_slug, tag, metric }));
  });
  return (await Promise.all(read)).flat();
}

/** True for a file in a tag's folder, or in the folder of one of its repeats. */
function isMetrics(name: string): boolean {
  const end = `/${metricsName}`;
  return name.endsWith(end) && /^[^/]+(\/repeat-\d+)?$/.test(name.slice(0, -end.length));
}

function findDurations({ experiment, outcomes }: ExperimentRecords, tag: string): Measurement[] {
  const { state, durations_ms = [] } = outcomes?.evidence?.by_tag[tag] ?? {};
  if (state !== "evidence" || durations_ms.length === 0) return [];
  const metric = { name: durationMetric, samples: durations_ms, unit: "ms", better: "lower" } as const;
  return [{ experiment_slug: experiment.experiment_slug, tag, metric }];
}
