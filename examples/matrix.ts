import type { ComparisonAnswer } from "../schemas/comparison-answer.ts";

/** The tag matrix as lines of text: passed/failed per tag and experiment, a dash where a tag was not reported. */
export function renderMatrix({ rows = [], matrix = [] }: ComparisonAnswer): string {
  const slugs = rows.map(({ experiment_slug }) => experiment_slug);
  const lines = [
    ["", ...slugs],
    ...matrix.map(({ tag, cells }) => [tag, ...slugs.map((slug) => formatCell(cells[slug]))]),
    ["signal", ...rows.map(({ signal }) => signal)],
  ];
  const widths = ["", ...slugs].map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")).join("\n");
}

function formatCell(cell: { passed: number; failed: number } | null | undefined): string {
  return cell === null || cell === undefined ? "–" : `${cell.passed}/${cell.failed}`;
}
