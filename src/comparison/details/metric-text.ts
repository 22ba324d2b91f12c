import type { Measured, MetricComparison } from "../../../schemas/comparison/metric.ts";
import { formatNumber, spellOut } from "../views/format.ts";

/** `perf: p50 in ms, lower is better`. */
export function describeMetric({ tag, name, unit, better }: MetricComparison): string {
  return `${tag}: ${name}${unit === undefined ? "" : ` in ${unit}`}, ${better} is better`;
}

/** `× 1.25 (simultaneous 95 %: 1.1 to 1.4), worse`; `too few samples, 3 more needed`. */
export function describeMeasured({ verdict, ratio, interval, missing_samples }: Measured): string {
  const range =
    interval && ` (simultaneous 95 %: ${formatFactor(interval.low)} to ${formatFactor(interval.high)})`;
  const missing = missing_samples && `${formatNumber(missing_samples)} more needed`;
  return [ratio && `× ${formatFactor(ratio)}${range ?? ""}`, spellOut(verdict), missing]
    .filter(Boolean)
    .join(", ");
}

/** Uses enough digits to distinguish the factor from 1, which would mean no difference. */
function formatFactor(factor: number): string {
  const digits = factor === 1 ? 0 : 1 - Math.floor(Math.log10(Math.abs(factor - 1)));
  return formatNumber(factor, Math.max(4, digits));
}
