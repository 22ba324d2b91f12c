import type { Warning } from "../../../schemas/comparison/warning.ts";
import { experimentPaths, type FeatureRef, metricsName, planPath } from "../../experiments/layout.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import type { Measurement } from "../records/measurements.ts";
import type { PlannedTags } from "../records/planned-tags.ts";
import type { JudgedExperiment } from "../records/rows.ts";
import type { BrokenFile } from "./record-warnings.ts";
import { makeWarning, maxShown } from "./warning.ts";

/**
 * Units of time and rates. Other units, like bytes and queries, count things that other load on the machine does not
 * affect.
 */
const timedUnit =
  /^([nuµμm]?s|[mµ]?sec(ond)?s?|min(ute)?s?|h|hours?|rps|qps|tps|[kmg]?hz)$|\/ ?s(ec(ond)?)?$|\bper sec/i;

export function isMetricsFile({ path }: BrokenFile): boolean {
  return path.endsWith(`/${metricsName}`);
}

/** Warns if no experiment measured the deciding metric. */
export function findUndecided(
  { workspace, feature_id }: FeatureRef,
  judged: JudgedExperiment[],
  measurements: Measurement[],
  { decide_by }: PlannedTags,
): Warning[] {
  const hasRun = judged.some(({ row }) => row.evidence_state === "counted");
  if (decide_by === undefined || !hasRun) return [];
  const isNamed = ({ tag, metric }: Measurement) =>
    metric.name === decide_by.metric && (decide_by.tag === undefined || decide_by.tag === tag);
  if (measurements.some(isNamed)) return [];
  const names = [...new Set(measurements.map(({ tag, metric }) => `${tag}: ${metric.name}`))];
  const others = names.length === 0 ? "nor any other metric" : `only ${nameSome(names, maxShown)}`;
  const message = `decide_by names ${decide_by.metric}, but no experiment measured it, ${others}.`;
  return [makeWarning("decider-not-measured", message, [planPath(workspace, feature_id)])];
}

/** Warns of times measured while other experiments of the run were busy on the same machine. */
export function findDisturbed(judged: JudgedExperiment[], measurements: Measurement[]): Warning[] {
  const isTimed = ({ metric: { unit } }: Measurement) => unit === undefined || timedUnit.test(unit);
  const found = judged.flatMap(({ row, records }) =>
    Object.entries(row.evidence?.by_tag ?? {})
      .filter(([, { alone }]) => alone === false)
      .filter(([tag]) =>
        measurements.some(
          (each) => each.experiment_slug === row.experiment_slug && each.tag === tag && isTimed(each),
        ),
      )
      .map(([tag]) => ({ tag, path: experimentPaths(records.experiment).outcomes })),
  );
  if (found.length === 0) return [];
  const tags = nameSome([...new Set(found.map(({ tag }) => tag))], maxShown);
  const message = `${tags}: measured while other experiments were running, which distorts times. Measure one at a time: quiet, or concurrency 1.`;
  return [
    makeWarning(
      "measured-beside-others",
      message,
      found.map(({ path }) => path),
    ),
  ];
}
