import type { MetricComparison } from "../../../schemas/comparison/metric.ts";
import type { DecideBy } from "../../../schemas/plan/decide-by.ts";
import { describeMeasured, describeMetric } from "../details/metric-text.ts";
import { formatNumber } from "../views/format.ts";

/** Experiments beyond this are only counted: the sentence is part of a paragraph. */
const maxNamed = 4;

/** Finds the comparison of the plan's deciding metric; if there are several, the one with the most experiments. */
export function findDeciding(
  { metric, tag }: DecideBy,
  metrics: MetricComparison[],
): MetricComparison | undefined {
  const named = metrics.filter((each) => each.name === metric && (tag === undefined || each.tag === tag));
  const [first] = named.sort((a, b) => b.measured.length - a.measured.length);
  return first;
}

/** Describes what the plan's deciding metric shows, as a sentence without its full stop. */
export function describeDecision(decideBy: DecideBy, metrics: MetricComparison[]): string {
  const deciding = findDeciding(decideBy, metrics);
  if (deciding === undefined) {
    const of = decideBy.tag === undefined ? "" : ` of ${decideBy.tag}`;
    return `${decideBy.metric}${of} is the deciding metric, but nothing has measured it`;
  }
  const texts = deciding.measured
    .slice(0, maxNamed)
    .map((each) => `${each.experiment_slug} ${formatNumber(each.median)}, ${describeMeasured(each)}`);
  const more = deciding.measured.length - texts.length;
  return `By ${describeMetric(deciding)}: ${texts.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}
