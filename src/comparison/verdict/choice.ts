import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";

const maxRanked = 3;

/** What distinguishes winners that pass the same tests, in case one must be chosen. */
export interface Choice {
  /** The winner that metrics show to be worse less often than any other winner. */
  by_metrics?: string | undefined;
  /** What the plan's deciding metric shows. */
  decision?: string | undefined;
  /** The number of schema changes that lock or rewrite a large table, by slug. */
  locks: ReadonlyMap<string, number>;
}

/**
 * Describes what a choice can be based on: `metrics (a is first), the smaller change (a: 12, b: 240 lines) or fewer
 * locks`.
 */
export function describeChoice(winners: ExperimentRow[], { by_metrics, locks }: Choice): string {
  const metrics = by_metrics === undefined ? "no difference" : `${by_metrics} is first`;
  const sizes = winners.map((row) => ({ ...row, value: row.code_diff_lines }));
  const locking = winners.map((row) => ({ ...row, value: locks.get(row.experiment_slug) }));
  return (
    `metrics (${metrics}), the smaller change${rank(sizes, "lines")} ` +
    `or fewer locks${rank(locking, "on large tables")}`
  );
}

/** Lists the known values in parentheses, lowest first; empty if none is known. */
function rank(values: { experiment_slug: string; value: number | undefined }[], unit: string): string {
  const known = values
    .filter(({ value }) => value !== undefined)
    .sort((a, b) => (a.value ?? 0) - (b.value ?? 0))
    .slice(0, maxRanked);
  if (known.length === 0) return "";
  return ` (${known.map(({ experiment_slug, value }) => `${experiment_slug}: ${value}`).join(", ")} ${unit})`;
}
