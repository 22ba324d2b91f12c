import { styleText } from "node:util";
import type { ComparisonReport, Signal, TagMatrixRow } from "../../../schemas/comparison/comparison.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { onOneLine } from "../../utils/text/printable.ts";
import { summarizeCombinations } from "../details/combination-text.ts";
import { selectExplainedRows } from "../verdict/row-text.ts";
import { formatCounts, spellOut } from "./format.ts";
import { listNotes, sortWinnersFirst } from "./phrases.ts";

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

/** The width of a line if the terminal's is unknown, in characters. */
const defaultWidth = 80;
const gap = "  ";

/**
 * Renders the matrix as text with aligned columns, one per experiment, with the signals at the bottom. If that is too
 * wide, uses one line per experiment: there may be many of those, but there are few tags.
 * @param colour whether the output is a terminal that shows colours
 * @param width of a line, in characters
 */
export function renderTable(
  { rows, matrix }: { rows: { experiment_slug: string; signal: Signal }[]; matrix: TagMatrixRow[] },
  colour: boolean,
  width = defaultWidth,
): string {
  const slugs = listSlugs(rows);
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

/** Renders the table, the recommendation with its rationale, and the warnings: everything that fits a terminal. */
export function renderReport(report: ComparisonReport, colour: boolean, width = defaultWidth): string {
  const { matrix, recommendation, rationale, warnings, combinations, winners, history } = report;
  const rows = sortWinnersFirst(report);
  const explained = selectExplainedRows(report.rows);
  const notes = rows.flatMap((row) => {
    const unmentioned = listNotes(row).filter((note) => note !== row.reason || !explained.includes(row));
    return unmentioned.length === 0 ? [] : `${row.experiment_slug}  ${onOneLine(unmentioned.join("; "))}`;
  });
  const trends = (history?.trends ?? [])
    .filter(({ trend }) => trend !== "same")
    .map(
      ({ experiment_slug, tag, counts, trend }) => `${experiment_slug}  ${tag} ${counts}, ${spellOut(trend)}`,
    );
  const cautions = warnings.map(
    ({ kind, message }) => `${paint({ text: kind, style: "yellow" }, colour)}  ${onOneLine(message)}`,
  );
  const parts = [
    rows.length === 0 ? "" : renderTable({ rows, matrix }, colour, width),
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
  const style = counts?.failed ? "red" : counts?.passed ? "green" : "dim";
  return { text: formatCounts(counts), style };
}

function signalCell(signal: Signal): Cell {
  return { text: spellOut(signal), style: signalStyles[signal] };
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

/** Names of experiments and tags are ASCII, so each character takes one column of the terminal. */
function measureColumns(columns: Cell[][]): number[] {
  return columns.map((column) => Math.max(...column.map(({ text }) => text.length)));
}

function paint({ text, style }: Cell, colour: boolean): string {
  return colour && style !== undefined && text !== ""
    ? styleText(style, text, { validateStream: false })
    : text;
}
