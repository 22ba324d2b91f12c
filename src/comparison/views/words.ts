import type { ExperimentRow } from "../../../schemas/comparison.ts";
import type { TagOutcome } from "../../../schemas/outcomes.ts";

/** How all views spell values, so that they agree. */

/** `3/0` for 3 passed and none failed; a dash where nothing was reported. */
export function formatCounts(counts: TagOutcome | null | undefined): string {
  return counts === null || counts === undefined ? "–" : `${counts.passed}/${counts.failed}`;
}

/** `850 ms`, `7.5 s`, `12 min`, `3.2 h`, `5 d`. */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined) return "–";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const units: [number, string][] = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
    [1_000, "s"],
  ];
  const [size, unit] = units.find(([each]) => ms >= each) ?? [1_000, "s"];
  return `${Number((ms / size).toPrecision(2))} ${unit}`;
}

/** Four digits are what a person compares. */
export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** What the numbers stand on: the commit in short, and whether the tree had other changes. */
export function formatCommit({ evidence }: ExperimentRow): string {
  if (!evidence?.commit) return "–";
  return evidence.commit.slice(0, 10) + (evidence.dirty ? " + changes" : "");
}

/** `api 1.2 s, e2e 30 s`. */
export function formatTagDurations({ evidence }: ExperimentRow): string {
  const tags = Object.entries(evidence?.by_tag ?? {}).filter(([, each]) => each.duration_ms !== undefined);
  return tags.map(([tag, { duration_ms }]) => `${tag} ${formatDuration(duration_ms)}`).join(", ") || "–";
}

/** `+120 -30`, or their sum where a record tells no more. */
export function formatCodeDiff({ code_diff, code_diff_lines }: ExperimentRow): string {
  if (code_diff !== undefined) return `+${code_diff.added} -${code_diff.removed}`;
  return String(code_diff_lines ?? "–");
}
