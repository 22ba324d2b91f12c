import type { Measured, MetricComparison } from "../../../schemas/metric.ts";
import { html, type Markup } from "./markup.ts";
import { cell, rowHead, table } from "./page-tables.ts";
import { formatNumber } from "./words.ts";

/** A metric as bars of its medians, each with its number, its interval and what that shows. */
export function metricTable({ tag, name, unit = "", better, measured }: MetricComparison): Markup {
  const longest = Math.max(...measured.map((each) => Math.abs(each.median)));
  const title = `${tag}: ${name}${unit === "" ? "" : ` in ${unit}`}, ${better} is better`;
  const lines = measured.map((each) => [
    rowHead(each.experiment_slug),
    cell(formatNumber(each.median)),
    html`<td class="${each.verdict}"><span class="bar" style="width: ${share(each.median, longest)}%"></span></td>`,
    cell(each.samples),
    cell(comparedToBest(each)),
  ]);
  return table(title, ["Experiment", "Median", "Bar", "Samples", "Against the best"], lines);
}

function share(value: number, longest: number): number {
  return longest === 0 ? 0 : Math.round((Math.abs(value) / longest) * 100);
}

function comparedToBest({ verdict, ratio, interval }: Measured): string {
  if (verdict === "best") return "best";
  const by = ratio === undefined ? "" : `× ${formatNumber(ratio)}`;
  const range = interval && ` (95 %: ${formatNumber(interval.low)} to ${formatNumber(interval.high)})`;
  return `${by}${range ?? ""}${verdict === "worse" ? "" : " no difference shown"}`.trim();
}
