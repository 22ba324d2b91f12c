import type { CycleHistory, History, Trend } from "../../../../schemas/comparison/history.ts";
import type { TagOutcome } from "../../../../schemas/experiment/outcomes.ts";
import { groupBy } from "../../../utils/group-by.ts";
import { ownValue } from "../../../utils/own-value.ts";
import { spellOut } from "../format.ts";
import { html, type Markup } from "./markup.ts";
import { type Column, table } from "./table.ts";

const looks: Record<Trend, string> = {
  first: "",
  better: "good",
  worse: "bad",
  same: "",
  mixed: "warn",
  other_suite: "",
};

/** Only the last cycles are drawn. */
const maxDrawn = 20;
/** In pixels: the width of a cycle's column, the gap between columns, and their height. */
const [columnWidth, gap, height] = [10, 4, 32];

const columns: Column[] = [
  { title: "Tag" },
  { title: "Cycles" },
  { title: "Passed/failed, oldest first" },
  { title: "Trend" },
];

/** Shows whether each experiment is improving, tag by tag: a column for each cycle, oldest first. */
export function trendTable({ trends, cycles }: History): Markup {
  const byExperiment = groupBy(cycles, ({ experiment_slug }) => experiment_slug);
  return table(
    "Tests passed and failed by cycle",
    "Experiment",
    columns,
    trends.map((each) => ({
      head: each.experiment_slug,
      cells: [
        { content: each.tag },
        {
          content: drawCycles(findCounts(byExperiment.get(each.experiment_slug) ?? [], each.tag)),
          look: "trend",
        },
        { content: each.counts, look: "wide" },
        { content: spellOut(each.trend), look: looks[each.trend] },
      ],
    })),
  );
}

/** @param cycles of one experiment, newest first */
function findCounts(cycles: CycleHistory[], tag: string): TagOutcome[] {
  return cycles
    .flatMap(({ by_tag }) => ownValue(by_tag, tag) ?? [])
    .slice(0, maxDrawn)
    .reverse();
}

/** Draws failed tests on top of passed ones, all to one scale. The next cell has the numbers. */
function drawCycles(counts: TagOutcome[]): Markup {
  const most = Math.max(1, ...counts.map(({ passed, failed }) => passed + failed));
  const width = counts.length * (columnWidth + gap) - gap;
  const drawn = counts.map(({ passed, failed }, index) => {
    const [high, top] = [(passed / most) * height, (failed / most) * height];
    const x = index * (columnWidth + gap);
    return html`<rect class="failed" x="${x}" y="${height - high - top}" width="${columnWidth}" height="${top}"/><rect class="passed" x="${x}" y="${height - high}" width="${columnWidth}" height="${high}"/>`;
  });
  return html`<svg aria-hidden="true" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${drawn}</svg>`;
}
