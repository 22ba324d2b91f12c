import { styleText } from "node:util";
import type { ComparisonReport, Signal, TagMatrixRow } from "../../../schemas/comparison/comparison.ts";
import { onOneLine } from "../../utils/text/printable.ts";
import { summarizeCombinations } from "../details/combination-text.ts";
import { explainedRows } from "../verdict/row-text.ts";
import { formatCounts, inWords } from "./format.ts";
import { listNotes, winnersFirst } from "./phrases.ts";

type Style = Parameters<typeof styleText>[0];

interface Cell {
  text: string;
  style?: Style | undefined;
}

const signalStyles: Record<Signal, Style> = {
  winning: "green",
  failing: "red",
  unreadable: "red",
  running: "cyan",
  no_evidence: "yellow",
  abandoned: "dim",
  capped: "dim",
  not_started: "dim",
};

/** How many characters go on a line where nobody knows. */
const usualWidth = 80;
const gap = "  ";

/**
 * The matrix as text with aligned columns: one per experiment, the signals below it. Where that is too wide, one line
 * per experiment: there may be many of those, and there are few tags.
 * @param colour whether the output is a terminal that shows colours
 * @param width how many characters go on a line
 */
export function renderTable(
  { rows, matrix }: { rows: { experiment_slug: string; signal: Signal }[]; matrix: TagMatrixRow[] },
  colour: boolean,
  width = usualWidth,
): string {
  const slugs = rows.map((row) => row.experiment_slug);
  const grid: Cell[][] = [
    [{ text: "" }, ...slugs.map((text): Cell => ({ text, style: "bold" }))],
    ...matrix.map(({ tag, cells }) => [{ text: tag }, ...slugs.map((slug) => countsCell(cells[slug]))]),
    [{ text: "signal" }, ...rows.map(({ signal }) => signalCell(signal))],
  ];
  const columns = grid[0]?.map((_, column) => grid.flatMap((line) => line[column] ?? [])) ?? [];
  const length = measureColumns(columns).reduce((sum, each) => sum + each + gap.length, -gap.length);
  return length > width
    ? align(columns, measureColumns(grid), colour)
    : align(grid, measureColumns(columns), colour);
}

/** The table, the recommendation and its reason, and what to be careful about: all that fits a terminal. */
export function renderReport(report: ComparisonReport, colour: boolean, width = usualWidth): string {
  const { matrix, recommendation, rationale, warnings, combinations, winners, history } = report;
  const rows = winnersFirst(report);
  const explained = explainedRows(report.rows);
  const notes = rows.flatMap((row) => {
    const untold = listNotes(row).filter((note) => note !== row.reason || !explained.includes(row));
    return untold.length === 0 ? [] : `${row.experiment_slug}  ${onOneLine(untold.join("; "))}`;
  });
  const trends = (history?.trends ?? [])
    .filter(({ trend }) => trend !== "same")
    .map(
      ({ experiment_slug, tag, counts, trend }) => `${experiment_slug}  ${tag} ${counts}, ${inWords(trend)}`,
    );
  const cautions = warnings.map(
    ({ kind, message }) => `${paint({ text: kind, style: "yellow" }, colour)}  ${onOneLine(message)}`,
  );
  const parts = [
    renderTable({ rows, matrix }, colour, width),
    notes.join("\n"),
    `${paint({ text: recommendation, style: "bold" }, colour)}  ${onOneLine(rationale)}`,
    summarizeCombinations(combinations, winners)
      .map((line) => onOneLine(line))
      .join("\n"),
    trends.join("\n"),
    cautions.join("\n"),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function countsCell(counts: TagMatrixRow["cells"][string] | undefined): Cell {
  const style = !counts ? "dim" : counts.failed > 0 ? "red" : "green";
  return { text: formatCounts(counts), style };
}

function signalCell(signal: Signal): Cell {
  return { text: inWords(signal), style: signalStyles[signal] };
}

function align(lines: Cell[][], widths: number[], colour: boolean): string {
  return lines
    .map((line) =>
      line
        .map((cell, column) => paint(cell, colour) + " ".repeat((widths[column] ?? 0) - cell.text.length))
        .join(gap)
        .trimEnd(),
    )
    .join("\n");
}

/** Names of experiments and tags are ASCII, so that a character is a column of the terminal. */
function measureColumns(columns: Cell[][]): number[] {
  return columns.map((column) => Math.max(...column.map(({ text }) => text.length)));
}

function paint({ text, style }: Cell, colour: boolean): string {
  return colour && style !== undefined && text !== ""
    ? styleText(style, text, { validateStream: false })
    : text;
}
