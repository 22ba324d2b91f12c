import type { CycleHistory, History, Trend } from "../../../../schemas/comparison/history.ts";
import type { TagOutcome } from "../../../../schemas/experiment/outcomes.ts";
import { groupBy } from "../../../utils/group-by.ts";
import { ownValue } from "../../../utils/own-value.ts";
import { inWords } from "../format.ts";
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

/** Of more cycles than this, the last are drawn. */
const maxDrawn = 20;
/** In pixels: a cycle's column with the gap beside it, and all columns' height. */
const [columnWidth, gap, height] = [10, 4, 32];

const columns: Column[] = [
  { title: "Tag" },
  { title: "Cycles" },
  { title: "Passed/failed, oldest first" },
  { title: "Trend" },
];

/** Whether each experiment gets better, tag by tag: a column for each cycle, the oldest first. */
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
        { content: inWords(each.trend), look: looks[each.trend] },
      ],
    })),
  );
}

/** @param cycles of one experiment, the newest first */
function findCounts(cycles: CycleHistory[], tag: string): TagOutcome[] {
  return cycles
    .flatMap(({ by_tag }) => ownValue(by_tag, tag) ?? [])
    .slice(0, maxDrawn)
    .reverse();
}

/** Failed on top of passed, all on one scale. The cell beside it has the numbers. */
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
