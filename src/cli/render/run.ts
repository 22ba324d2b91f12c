import { countEnded, type Run, type RunResult } from "../../../schemas/run.ts";
import { onOneLine } from "../../utils/text/printable.ts";

/** Describes a run in progress: a headline, and a line for each experiment. */
export function describeRun(run: Run): string[] {
  const { run_id, feature_id, cycle_id, state, results, budget } = run;
  const elapsed = formatClock(Date.now() - Date.parse(run.created_at));
  const head = `${run_id}  ${feature_id} ${cycle_id}  ${state}, ${countEnded(run)} of ${results.length} done, ${elapsed} of ${budget.wall_clock_minutes} min`;
  return [head, ...alignColumns(results.map(renderColumns))];
}

/** Summarizes a run that has ended: its table, what went wrong with each experiment, and what to do next. */
export function summarizeRun(run: Run): string[] {
  const by = run.stopped_by === undefined ? "" : ` by ${run.stopped_by}`;
  const seconds = (run.total_duration_ms / 1000).toFixed(1);
  return [
    `${run.run_id} ${run.state}${by} after ${seconds} s: ${countSucceeded(run)} of ${run.results.length} succeeded, at most ${run.peak_in_flight} at once`,
    ...alignColumns(run.results.map(renderColumns)),
    ...run.results.flatMap(listTroubles),
    ...(run.interrupted_by === undefined ? [] : [`interrupted: ${onOneLine(run.interrupted_by.message)}`]),
    ...(run.warnings ?? []),
    `Next: ${nextCommand(run)}`,
  ];
}

/** Describes a result on one line: `exp-json running e2e, api 3/0`. */
export function describeResult(result: RunResult): string {
  const [slug, doing, ...counts] = renderColumns(result);
  return [`${slug} ${doing}`, ...counts].join(", ");
}

export function countSucceeded({ results }: Run): number {
  return results.filter(({ status }) => status === "succeeded").length;
}

/** Aligns rows of cells, with each column as wide as its widest cell. */
export function alignColumns(rows: string[][]): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, index) => Math.max(cell.length, widest[index] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function renderColumns({ experiment_slug, status, step, by_tag }: RunResult): string[] {
  const doing = step === undefined ? status : `${status} ${step}`;
  const counts = Object.entries(by_tag).map(([tag, { passed, failed }]) => `${tag} ${passed}/${failed}`);
  return [experiment_slug, doing, ...counts];
}

function listTroubles({
  experiment_slug,
  error,
  no_evidence = {},
  flaky = {},
  failed_first = {},
}: RunResult): string[] {
  const first = Object.entries(failed_first).map(([tag, found]) => `${experiment_slug} ${tag}: ${found}`);
  const unstable = Object.entries(flaky).map(
    ([tag, tests]) => `${experiment_slug} ${tag}: flaky at this commit: ${tests.join(", ")}`,
  );
  const unmeasured = Object.entries(no_evidence).map(
    ([tag, reason]) => `${experiment_slug} ${tag}: ${reason}`,
  );
  const failed = error === undefined ? [] : [`${experiment_slug}: ${error.message} ${error.hint}`];
  return [...first, ...unmeasured, ...unstable, ...failed].map((line) => onOneLine(line));
}

function nextCommand({ state, kind, feature_id, results, only_failed }: Run): string {
  if (kind === "verification" || kind === "promotion")
    return `lakebase-experiments promote ${feature_id} ${results[0]?.experiment_slug}`;
  if (state === "interrupted" && kind === "imported") return "import its bundles again";
  if (state === "interrupted" && only_failed) return `lakebase-experiments run ${feature_id} --only-failed`;
  if (state === "interrupted") return `lakebase-experiments run ${feature_id} finishes the cycle`;
  return `lakebase-experiments compare ${feature_id}`;
}

/** Formats minutes and seconds: `3:07`. */
function formatClock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
