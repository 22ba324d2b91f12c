import type { ComparisonReport, ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import type { MetricComparison } from "../../../schemas/comparison/metric.ts";
import { ownValue } from "../../utils/own-value.ts";
import { printable } from "../../utils/text/printable.ts";
import { readCounts } from "../records/matrix.ts";

type Cell = string | number | boolean | null | undefined;
type Column = [name: string, value: (row: ExperimentRow) => Cell];

const rowColumns: Column[] = [
  ["experiment_slug", (row) => row.experiment_slug],
  ["branch_id", (row) => row.branch_id],
  ["status", (row) => row.status],
  ["signal", (row) => row.signal],
  ["evidence_state", (row) => row.evidence_state],
  ["reason", (row) => row.reason],
  ["tests_passed", (row) => row.tests_passed],
  ["tests_failed", (row) => row.tests_failed],
  ["flaky", (row) => row.flaky ?? 0],
  ["commit", (row) => row.evidence?.commit],
  ["dirty", (row) => row.evidence?.dirty],
  ["run_id", (row) => row.evidence?.run_id],
  ["cycle_count", (row) => row.cycle_count],
  ["artifact_count", (row) => row.artifact_count],
  ["duration_ms", (row) => row.duration_ms],
  ["branch_age_ms", (row) => row.branch_age_ms],
  ["code_diff_lines", (row) => row.code_diff_lines],
  ["code_added", (row) => row.code_diff?.added],
  ["code_removed", (row) => row.code_diff?.removed],
  ["schema_diff_summary", (row) => row.schema_diff_summary],
];

/**
 * Renders one RFC 4180 line per experiment, with passed and failed columns for each tag of the matrix and for each
 * reported tag, and the median of each metric.
 */
export function renderCsv({ rows, matrix, metrics, winners }: ComparisonReport): string {
  const said = [...new Set(rows.flatMap((row) => Object.keys(row.reported ?? {})))].sort();
  const columns: Column[] = [
    ...rowColumns,
    ["winner", (row) => winners.includes(row.experiment_slug)],
    ...matrix.flatMap(({ tag }): Column[] => [
      [`${tag}_passed`, (row) => readCounts(row, tag)?.passed],
      [`${tag}_failed`, (row) => readCounts(row, tag)?.failed],
    ]),
    ...said.flatMap((tag): Column[] => [
      [`${tag}_reported_passed`, (row) => ownValue(row.reported, tag)?.passed],
      [`${tag}_reported_failed`, (row) => ownValue(row.reported, tag)?.failed],
    ]),
    ...metrics.map(metricColumn),
  ];
  const header = columns.map(([name]) => name);
  const lines = rows.map((row) => columns.map(([, value]) => value(row)));
  return [header, ...lines].map((line) => `${line.map(quote).join(",")}\r\n`).join("");
}

function metricColumn({ tag, name, unit, measured }: MetricComparison): Column {
  const title = `${tag}: ${name}${unit === undefined ? "" : ` (${unit})`}`;
  return [title, (row) => measured.find((each) => each.experiment_slug === row.experiment_slug)?.median];
}

/**
 * Spreadsheets execute text that begins like a formula, even in full-width characters: an apostrophe in front prevents
 * it.
 */
function quote(cell: Cell): string {
  const text = typeof cell === "string" ? printable(cell) : String(cell ?? "");
  const safe = typeof cell === "string" && /^\s*[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
