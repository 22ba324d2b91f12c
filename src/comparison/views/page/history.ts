import type { TagTrend, Trend } from "../../../../schemas/comparison/history.ts";
import { inWords } from "../words.ts";
import type { Markup } from "./markup.ts";
import { cell, head, rowHead, table } from "./table.ts";

const looks: Record<Trend, string> = {
  first: "",
  better: "good",
  worse: "bad",
  same: "",
  mixed: "warn",
  other_suite: "",
};

/** Whether each experiment gets better, tag by tag. */
export function trendTable(trends: TagTrend[]): Markup {
  return table(
    "Passed/failed of each cycle, oldest first",
    [head("Experiment"), head("Tag"), head("Counts"), head("Trend")],
    trends.map(({ experiment_slug, tag, counts, trend }) => [
      rowHead(experiment_slug),
      cell(tag),
      cell(counts),
      cell(inWords(trend), looks[trend]),
    ]),
  );
}
