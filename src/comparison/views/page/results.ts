import type {
  ComparisonReport,
  ExperimentRow,
  TagMatrixRow,
} from "../../../../schemas/comparison/comparison.ts";
import { evidenceColumns } from "../evidence-columns.ts";
import { formatCounts, formatDuration, spellOut } from "../format.ts";
import { listNotes, sortWinnersFirst } from "../phrases.ts";
import { type Content, html, type Markup } from "./markup.ts";
import { type Cell, type Column, spoken, table } from "./table.ts";

interface ResultColumn extends Column {
  cell: (row: ExperimentRow) => Cell;
}

/** Renders the matrix with one line per experiment: there may be many of those, but there are few tags. */
export function resultsTable(report: ComparisonReport): Markup {
  const rows = sortWinnersFirst(report);
  const columns = listColumns(report);
  return table(
    "Passed/failed by tag",
    "Experiment",
    columns,
    rows.map((row) => ({
      head: renderName(row, report.winners),
      cells: columns.map(({ cell }) => cell(row)),
    })),
  );
}

/** Columns without a value for any experiment are left out. */
function listColumns({ rows, matrix }: ComparisonReport): ResultColumn[] {
  const flaky: ResultColumn = {
    title: "Flaky",
    isNumber: true,
    cell: (row) => ({ content: row.flaky ?? 0, look: row.flaky ? "warn" : "" }),
  };
  const time: ResultColumn = {
    title: "Time",
    isNumber: true,
    cell: (row) => ({ content: formatDuration(row.duration_ms) }),
  };
  return [
    { title: "Signal", cell: signalCell },
    ...matrix.map(({ tag, cells }) => ({
      title: tag,
      isNumber: true,
      cell: (row: ExperimentRow) => countsCell(cells[row.experiment_slug]),
    })),
    ...(rows.some((row) => row.flaky) ? [flaky] : []),
    ...(rows.some((row) => row.duration_ms !== undefined) ? [time] : []),
  ];
}

function signalCell(row: ExperimentRow): Cell {
  const notes = listNotes(row).map((note) => html`<small>${note}</small>`);
  const signal = html`<span class="signal ${row.signal}">${spellOut(row.signal)}</span>`;
  return { content: [signal, notes], look: "wide" };
}

function renderName({ experiment_slug }: ExperimentRow, winners: string[]): Content {
  if (!winners.includes(experiment_slug)) return experiment_slug;
  return html`<span class="winner">${spoken("★ ", "winner: ")}${experiment_slug}</span>`;
}

/** Shows the counts, and the share of passed tests as a bar. */
function countsCell(counts: TagMatrixRow["cells"][string] | undefined): Cell {
  if (!counts) return { content: spoken("–", "not reported") };
  const { passed, failed } = counts;
  const all = passed + failed;
  const share =
    all > 0 &&
    html`<svg class="share" aria-hidden="true"><rect width="${(passed / all) * 100}%" height="100%"/></svg>`;
  return {
    content: [spoken(formatCounts(counts), `${passed} passed, ${failed} failed`), share],
    look: failed > 0 ? "bad" : passed > 0 ? "good" : "",
  };
}

/** Shows what the numbers of each experiment are based on. */
export function evidenceTable(report: ComparisonReport): Markup {
  return table(
    "By experiment",
    "Experiment",
    evidenceColumns,
    sortWinnersFirst(report).map((row) => ({
      head: row.experiment_slug,
      cells: evidenceColumns.map(({ text }) => ({ content: text(row) })),
    })),
    "cards",
  );
}
