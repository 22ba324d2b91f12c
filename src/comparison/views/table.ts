import { stripVTControlCharacters, styleText } from "node:util";
import type { ComparisonReport, Signal, TagMatrixRow } from "../../../schemas/comparison.ts";
import { formatCounts } from "./words.ts";

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const signalStyles: Partial<Record<Signal, Style>> = {
  winning: "green",
  failing: "red",
  unreadable: "red",
  running: "cyan",
  no_evidence: "yellow",
};

/**
 * The matrix as text with aligned columns, one per experiment, the signals below it.
 * @param colour whether the output is a terminal that shows colours
 */
export function renderTable(
  { rows, matrix }: { rows: { experiment_slug: string; signal: Signal }[]; matrix: TagMatrixRow[] },
  colour: boolean,
): string {
  const paint: Paint = (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
  const slugs = rows.map((row) => row.experiment_slug);
  return align([
    ["", ...slugs.map((slug) => paint("bold", slug))],
    ...matrix.map(({ tag, cells }) => [tag, ...slugs.map((slug) => paintCell(cells[slug], paint))]),
    ["signal", ...rows.map(({ signal }) => paint(signalStyles[signal] ?? "dim", signal))],
  ]);
}

/** The table, the recommendation and its reason, and what to be careful about: all that fits a terminal. */
export function renderReport(report: ComparisonReport, colour: boolean): string {
  const paint: Paint = (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
  const warnings = report.smells.map(
    ({ kind, message }) => `${paint("yellow", kind)}  ${printable(message)}`,
  );
  const parts = [
    renderTable(report, colour),
    `${paint("bold", report.recommendation)}  ${printable(report.rationale)}`,
    warnings.join("\n"),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** Records may hold what a terminal takes for commands. */
function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{Cc}/gu, " ");
}

function paintCell(counts: TagMatrixRow["cells"][string] | undefined, paint: Paint): string {
  const text = formatCounts(counts);
  if (!counts) return paint("dim", text);
  return paint(counts.failed > 0 ? "red" : "green", text);
}

function align(lines: string[][]): string {
  const width = (text: string) => stripVTControlCharacters(text).length;
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => width(line[column] ?? ""))),
  );
  const pad = (text: string, to: number) => text + " ".repeat(Math.max(0, to - width(text)));
  return lines
    .map((line) =>
      line
        .map((text, column) => pad(text, widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
