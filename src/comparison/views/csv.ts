import type { ComparisonReport, ExperimentRow } from "../../../schemas/comparison.ts";
import { countsOf } from "../matrix.ts";

type Cell = string | number | boolean | null | undefined;

const columns: [name: string, value: (row: ExperimentRow) => Cell][] = [
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

/** One line per experiment by RFC 4180, with a passed and a failed column for each tag of the matrix. */
export function renderCsv({ rows, matrix }: ComparisonReport): string {
  const tags = matrix.map((row) => row.tag);
  const header = [
    ...columns.map(([name]) => name),
    ...tags.flatMap((tag) => [`${tag}_passed`, `${tag}_failed`]),
  ];
  const lines = rows.map((row) => [
    ...columns.map(([, value]) => value(row)),
    ...tags.map((tag) => countsOf(row, tag)).flatMap((counts) => [counts?.passed, counts?.failed]),
  ]);
  return [header, ...lines].map((line) => `${line.map(quote).join(",")}\r\n`).join("");
}

/** Spreadsheets run what begins like a formula: such text gets an apostrophe before it. */
function quote(cell: Cell): string {
  const text = String(cell ?? "");
  const safe = typeof cell === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
