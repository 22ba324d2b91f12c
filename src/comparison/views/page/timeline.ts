import type { ComparisonReport } from "../../../../schemas/comparison/comparison.ts";
import type { CycleHistory, History } from "../../../../schemas/comparison/history.ts";
import { formatDuration } from "../format.ts";
import { sortWinnersFirst } from "../phrases.ts";
import { html, type Markup } from "./markup.ts";

/** A cycle of the run. Times are in milliseconds since 1970. */
interface Span {
  experiment_slug: string;
  run_id: string | undefined;
  begin: number;
  end: number;
  parts: Part[];
}

interface Part {
  name: string;
  look: string;
  duration_ms: number;
}

/** The number of colours the style has for tags; further tags reuse them. */
const tagColours = 6;

/**
 * Renders the latest run on a common time axis: for each experiment how long its suites took, after the time spent on
 * everything else. Undefined if no cycle recorded how long it took.
 */
export function runTimeline(report: ComparisonReport): Markup | undefined {
  const spans = findSpans(report);
  if (spans.length === 0) return undefined;
  const begin = Math.min(...spans.map((span) => span.begin));
  const total = Math.max(...spans.map((span) => span.end)) - begin;
  const percent = (ms: number) => (total === 0 ? 0 : (ms / total) * 100);
  const items = spans.map((span) => {
    let at = span.begin - begin;
    const rects = span.parts.map(({ look, duration_ms }) => {
      const x = percent(at);
      at += duration_ms;
      return html`<rect class="${look}" x="${x}%" width="${percent(duration_ms)}%" height="100%"/>`;
    });
    return html`<li><h3>${span.experiment_slug}</h3><svg aria-hidden="true">${rects}</svg>${legend(span)}</li>\n`;
  });
  const [{ run_id } = { run_id: undefined }] = spans;
  return html`<p class="dim">${run_id}, all experiments on one clock.</p>
<ul class="bars">\n${items}</ul>`;
}

function legend({ parts, begin, end }: Span): Markup {
  const named = parts.map(
    ({ name, look, duration_ms }) =>
      html`<span><span class="dot ${look}"></span>${name} ${formatDuration(duration_ms)}</span> `,
  );
  return html`<div class="parts">${named}<span class="dim">${formatDuration(end - begin)} in all</span></div>`;
}

function findSpans(report: ComparisonReport): Span[] {
  const { matrix, history } = report;
  const newest = findNewestRun(history);
  const tags = matrix.map(({ tag }) => tag);
  return sortWinnersFirst(report).flatMap(({ experiment_slug }) => {
    const cycle = newest.find((each) => each.experiment_slug === experiment_slug);
    return cycle === undefined ? [] : (readSpan(cycle, tags) ?? []);
  });
}

/** Finds the cycles of the run that ended last, among those that recorded how long they took. */
function findNewestRun(history: History | undefined): CycleHistory[] {
  const timed = (history?.cycles ?? []).filter(({ duration_ms, run_id }) => duration_ms && run_id);
  const last = timed.reduce<CycleHistory | undefined>(
    (found, cycle) => (found !== undefined && found.ts >= cycle.ts ? found : cycle),
    undefined,
  );
  return timed.filter(({ run_id }) => run_id === last?.run_id);
}

function readSpan(
  { experiment_slug, run_id, ts, duration_ms = 0, by_tag }: CycleHistory,
  tags: string[],
): Span | undefined {
  const end = Date.parse(ts);
  if (Number.isNaN(end)) return undefined;
  const suites = Object.entries(by_tag).flatMap(([tag, each]): Part[] => {
    if (each.duration_ms === undefined) return [];
    const index = tags.indexOf(tag);
    const look = index < 0 ? "other" : `tag-${index % tagColours}`;
    return [{ name: tag, look, duration_ms: each.duration_ms }];
  });
  const beside = duration_ms - suites.reduce((sum, part) => sum + part.duration_ms, 0);
  const first: Part[] =
    beside > 0 ? [{ name: "setup and other work", look: "other", duration_ms: beside }] : [];
  return { experiment_slug, run_id, begin: end - duration_ms, end, parts: [...first, ...suites] };
}
