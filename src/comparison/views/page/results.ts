import type {
  ComparisonReport,
  ExperimentRow,
  TagMatrixRow,
} from "../../../../schemas/comparison/comparison.ts";
import { listNotes, winnersFirst } from "../phrases.ts";
import { trustColumns } from "../trust-columns.ts";
import { formatCounts, formatDuration, inWords } from "../words.ts";
import { html, type Markup } from "./markup.ts";
import { cell, head, numberCell, numberHead, rowHead, spoken, table } from "./table.ts";

/** The matrix, one line per experiment: there may be many of those, and there are few tags. */
export function resultsTable(report: ComparisonReport): Markup {
  const { matrix, winners } = report;
  return table(
    "Passed/failed by tag",
    [
      head("Experiment"),
      head("Signal"),
      ...matrix.map(({ tag }) => numberHead(tag)),
      numberHead("Flaky"),
      numberHead("Time"),
    ],
    winnersFirst(report).map((row) => [
      nameCell(row, winners),
      cell([inWords(row.signal), listNotes(row).map((note) => html`<small>${note}</small>`)], row.signal),
      ...matrix.map(({ cells }) => countsCell(cells[row.experiment_slug])),
      numberCell(row.flaky ?? 0),
      numberCell(formatDuration(row.duration_ms)),
    ]),
  );
}

function nameCell({ experiment_slug }: ExperimentRow, winners: string[]): Markup {
  const place = winners.indexOf(experiment_slug);
  if (place < 0) return rowHead(experiment_slug);
  return rowHead(html`<span class="winner">${spoken("★ ", "winner: ")}${experiment_slug}</span>`);
}

function countsCell(counts: TagMatrixRow["cells"][string] | undefined): Markup {
  if (!counts) return numberCell(spoken("–", "not reported"));
  const words = `${counts.passed} passed, ${counts.failed} failed`;
  return numberCell(spoken(formatCounts(counts), words), counts.failed > 0 ? "bad" : "good");
}

/** What the numbers stand on. */
export function trustTable(report: ComparisonReport): Markup {
  return table(
    "What the numbers stand on",
    [head("Experiment"), ...trustColumns.map(({ title, isNumber }) => (isNumber ? numberHead : head)(title))],
    winnersFirst(report).map((row) => [
      rowHead(row.experiment_slug),
      ...trustColumns.map(({ text, isNumber }) => (isNumber ? numberCell : cell)(text(row))),
    ]),
  );
}
