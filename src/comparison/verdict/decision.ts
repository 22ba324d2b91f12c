import type { MetricComparison } from "../../../schemas/comparison/metric.ts";
import type { DecideBy } from "../../../schemas/plan/decide-by.ts";
import { describeMeasured, describeMetric } from "../details/metric-text.ts";
import { formatNumber } from "../views/format.ts";

/** More experiments than this are counted, not named: the sentence is part of a paragraph. */
const maxNamed = 4;

/** The comparison that decides: of the metric that the plan names, the one that most experiments measured. */
export function findDeciding(
  { metric, tag }: DecideBy,
  metrics: MetricComparison[],
): MetricComparison | undefined {
  const named = metrics.filter((each) => each.name === metric && (tag === undefined || each.tag === tag));
  const [first] = named.sort((a, b) => b.measured.length - a.measured.length);
  return first;
}

/** What the metric shows that the plan decides by, as a sentence without its end. */
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
