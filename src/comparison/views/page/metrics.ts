import type { Measured, MetricComparison } from "../../../../schemas/comparison/metric.ts";
import { describeMeasured, describeMetric } from "../../details/metric-text.ts";
import { formatNumber } from "../format.ts";
import { html, type Markup } from "./markup.ts";
import { type Column, table } from "./table.ts";

const columns: Column[] = [
  { title: "Median", isNumber: true },
  { title: "Interval" },
  { title: "Against the best" },
  { title: "Samples", isNumber: true },
];

/** The space kept free at either end of a plot, in percent of its width. */
const margin = 4;

/**
 * Renders a metric with a point for each median and its interval, to one scale, with the numbers and what they show.
 */
export function metricTable(metric: MetricComparison): Markup {
  const { measured } = metric;
  const best = measured.find((each) => each.verdict === "best")?.median;
  const ranges = measured.map((each) => boundInterval(each, best));
  const ends = [...measured.map((each) => each.median), ...ranges.flat()];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const place = (value: number) =>
    high === low ? 50 : margin + ((value - low) / (high - low)) * (100 - 2 * margin);
  const lines = measured.map((each, index) => ({
    head: each.experiment_slug,
    cells: [
      { content: formatNumber(each.median) },
      { content: plot(each, ranges[index] ?? [], best, place), look: "plot" },
      { content: describeMeasured(each), look: `wide ${each.verdict}` },
      { content: each.samples },
    ],
  }));
  return table(describeMetric(metric), "Experiment", columns, lines);
}

/** Scales the interval of the ratio by the best median; empty if either is unknown. */
function boundInterval({ interval }: Measured, best: number | undefined): number[] {
  if (interval === undefined || best === undefined) return [];
  return [interval.low * best, interval.high * best].sort((a, b) => a - b);
}

/** The other cells of the line say the same in words. */
function plot(
  { median, verdict }: Measured,
  range: number[],
  best: number | undefined,
  place: (value: number) => number,
): Markup {
  const [low, high] = range.map(place);
  const interval =
    low !== undefined &&
    high !== undefined &&
    html`<line class="interval" x1="${low}%" x2="${high}%" y1="50%" y2="50%"/>`;
  const line =
    best !== undefined &&
    html`<line class="best-line" x1="${place(best)}%" x2="${place(best)}%" y1="0" y2="100%"/>`;
  return html`<svg class="${verdict}" aria-hidden="true"><rect class="track" width="100%" y="30%" height="40%" rx="4"/>${line}${interval}<circle class="median" cx="${place(median)}%" cy="50%" r="5"/></svg>`;
}
