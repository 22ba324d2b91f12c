import type { Warning } from "../../../schemas/comparison/warning.ts";
import { experimentPaths, type FeatureRef, metricsName, planPath } from "../../experiments/layout.ts";
import { groupBy } from "../../utils/group-by.ts";
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
export function warnOfUndecided(
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
export function warnOfDisturbed(judged: JudgedExperiment[], measurements: Measurement[]): Warning[] {
  const found = findTimed(judged, measurements).filter(({ own }) => own.alone === false);
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

/** Warns of times that experiments were measured by on machines that may not be alike. */
export function warnOfSeveralMachines(judged: JudgedExperiment[], measurements: Measurement[]): Warning[] {
  const byTag = groupBy(findTimed(judged, measurements), ({ tag }) => tag);
  const found = [...byTag].flatMap(([tag, all]) => {
    const machines = [...new Set(all.map(({ own }) => own.source?.origin?.machine ?? "this machine"))];
    return machines.length < 2 ? [] : [{ tag, all, machines }];
  });
  if (found.length === 0) return [];
  const tags = found.map(({ tag, machines }) => `${tag} on ${nameSome(machines.sort(), maxShown)}`);
  const message = `Measured on several machines: ${nameSome(tags, maxShown)}. Times compare only between machines that are alike.`;
  const records = found.flatMap(({ all }) => all.map(({ path }) => path));
  return [makeWarning("measured-on-several-machines", message, [...new Set(records)])];
}

/** The tags of experiments by which a time was measured. */
function findTimed(judged: JudgedExperiment[], measurements: Measurement[]) {
  const timed = measurements.filter(({ metric: { unit } }) => unit === undefined || timedUnit.test(unit));
  const bySlug = groupBy(timed, ({ experiment_slug }) => experiment_slug);
  return judged.flatMap(({ row, records }) => {
    const tags = new Set(bySlug.get(row.experiment_slug)?.map(({ tag }) => tag));
    if (tags.size === 0) return [];
    const { outcomes: path } = experimentPaths(records.experiment);
    const measured = Object.entries(row.evidence?.by_tag ?? {}).filter(([tag]) => tags.has(tag));
    return measured.map(([tag, own]) => ({ tag, own, path }));
  });
}
