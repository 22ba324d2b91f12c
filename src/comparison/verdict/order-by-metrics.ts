import type { MetricComparison } from "../../../schemas/comparison/metric.ts";
import type { DecideBy } from "../../../schemas/plan/decide-by.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { compareMetrics } from "../details/metrics.ts";
import type { Measurement } from "../records/measurements.ts";
import { findDeciding } from "./decision.ts";

/** How far an experiment falls behind in a set of metrics. */
interface Losses {
  /** The number of metrics in which it is shown to be worse than the best. */
  worse: number;
  /** The number of metrics it did not measure. */
  missing: number;
  /** The number of places it is behind, ignoring metrics that show no difference. */
  behind: number;
}

/**
 * Orders experiments, best first: by the plan's deciding metric, then by all metrics, then as given. Within metrics,
 * what counts is how often an experiment is shown to be worse than the best or did not measure, then how many places it
 * is behind.
 * @returns also whether the first is shown to be worse less often than the second, by only the deciding metric if there
 * is one
 */
export function orderByMetrics<Row extends { experiment_slug: string }>(
  rows: Row[],
  measurements: Measurement[],
  decideBy?: DecideBy,
): { winners: Row[]; isByMetrics: boolean } {
  const slugs = listSlugs(rows);
  const all = compareMetrics(measurements, new Set(slugs));
  const deciding = decideBy === undefined ? all : [findDeciding(decideBy, all) ?? []].flat();
  const [byDeciding, byAll] = [deciding, all].map((metrics) => countLosses(slugs, metrics));
  const buildKey = ({ experiment_slug }: Row) =>
    [byDeciding, byAll].flatMap((losses) => weigh(losses?.get(experiment_slug) ?? none));
  const keyed = rows.map((row) => ({ row, key: buildKey(row) }));
  const winners = keyed.sort((a, b) => compareKeys(a.key, b.key)).map(({ row }) => row);
  const [best, second] = winners.map((row) => byDeciding?.get(row.experiment_slug)?.worse);
  return { winners, isByMetrics: best !== undefined && second !== undefined && best < second };
}

const none: Losses = { worse: 0, missing: 0, behind: 0 };

function countLosses(slugs: string[], metrics: MetricComparison[]): Map<string, Losses> {
  const losses = new Map(slugs.map((slug) => [slug, { ...none }]));
  for (const { measured } of metrics) {
    const places = new Map(measured.map(({ experiment_slug }, place) => [experiment_slug, place]));
    for (const [slug, own] of losses) {
      const place = places.get(slug) ?? measured.length;
      const { verdict, median } = measured[place] ?? {};
      if (verdict === "worse") own.worse++;
      if (verdict === undefined) own.missing++;
      else if (verdict !== "no_difference_shown" && median !== measured[0]?.median) own.behind += place;
    }
  }
  return losses;
}

/** A missing measurement counts as the worst one, so leaving one out never helps. */
function weigh({ worse, missing, behind }: Losses): number[] {
  return [worse + missing, missing, behind];
}

/** Compares by the first element that differs. */
function compareKeys(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((value, index) => value !== b[index]);
  return place === -1 ? 0 : (a[place] ?? 0) - (b[place] ?? 0);
}
