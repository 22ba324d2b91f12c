import type { Measured, MetricComparison } from "../../../../schemas/comparison/metric.ts";
import { describeMeasured, describeMetric } from "../../details/metric-text.ts";
import { formatNumber } from "../words.ts";
import { html, type Markup } from "./markup.ts";
import { cell, head, numberCell, numberHead, rowHead, table } from "./table.ts";

/** A metric as bars of its medians, each with its number, its interval and what that shows. */
export function metricTable(metric: MetricComparison): Markup {
  const { measured } = metric;
  const best = measured.find((each) => each.verdict === "best")?.median;
  const ranges = measured.map((each) => boundInterval(each, best));
  const ends = [0, ...measured.map((each) => each.median), ...ranges.flat()];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const place = (value: number) => (high === low ? 0 : ((value - low) / (high - low)) * 100);
  const lines = measured.map((each, index) => [
    rowHead(each.experiment_slug),
    numberCell(formatNumber(each.median)),
    html`<td class="bars">${bar(each, ranges[index] ?? [], place)}</td>`,
    cell(describeMeasured(each), each.verdict),
    numberCell(each.samples),
  ]);
  const header = [
    head("Experiment"),
    numberHead("Median"),
    head("Bar"),
    head("Against the best"),
    numberHead("Samples"),
  ];
  return table(describeMetric(metric), header, lines, "metrics");
}

/** Where the median lies by the interval of its ratio to the best one; empty where none is known. */
function boundInterval({ interval }: Measured, best: number | undefined): number[] {
  if (interval === undefined || best === undefined) return [];
  return [interval.low * best, interval.high * best].sort((a, b) => a - b);
}

/** From zero to the median, with the range as a whisker. The cells beside it say the same in words. */
function bar({ median, verdict }: Measured, range: number[], place: (value: number) => number): Markup {
  const [from = 0, to = 0] = [place(0), place(median)].sort((a, b) => a - b);
  const [low, high] = range.map(place);
  const whisker =
    low !== undefined &&
    high !== undefined &&
    html`<line class="whisker" x1="${low}%" x2="${high}%" y1="50%" y2="50%"/>${[low, high].map(
      (end) => html`<line class="whisker" x1="${end}%" x2="${end}%" y1="20%" y2="80%"/>`,
    )}`;
  return html`<svg class="${verdict}" aria-hidden="true"><rect class="bar" x="${from}%" width="${to - from}%" y="15%" height="70%"/><line class="zero" x1="${place(0)}%" x2="${place(0)}%" y1="0" y2="100%"/>${whisker}</svg>`;
}
