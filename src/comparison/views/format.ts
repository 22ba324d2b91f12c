import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import type { TagOutcome } from "../../../schemas/experiment/outcomes.ts";

/** How all views format values, so that they agree. */

/** Turns an identifier into words: `no_evidence` becomes `no evidence`. */
export function spellOut(name: string): string {
  return name.replaceAll("_", " ");
}

/** `3/0` for 3 passed and none failed; a dash if nothing was reported. */
export function formatCounts(counts: TagOutcome | null | undefined): string {
  return counts === null || counts === undefined ? "–" : `${counts.passed}/${counts.failed}`;
}

/** `850 ms`, `7.5 s`, `12 min`, `3.2 h`, `5 d`. */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined) return "–";
  return formatInUnits(ms, [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
    [1_000, "s"],
    [1, "ms"],
  ]);
}

/** `512 B`, `64 MB`, `5.2 GB`, in powers of two, as Postgres does. */
export function formatBytes(bytes: number): string {
  return formatInUnits(bytes, [
    [2 ** 40, "TB"],
    [2 ** 30, "GB"],
    [2 ** 20, "MB"],
    [2 ** 10, "kB"],
    [1, "B"],
  ]);
}

/** Uses the largest unit that the value reaches, or that its text in the next smaller one would: 59,999 ms are 1 min. */
function formatInUnits(value: number, units: [size: number, unit: string][]): string {
  const count = (size: number) => Number((value / size).toFixed(value / size < 10 && size > 1 ? 1 : 0));
  const [size, unit] = units.find(([each], index) => {
    const [smaller] = units[index + 1] ?? [each];
    return count(smaller) * smaller >= each;
  }) ??
    units.at(-1) ?? [1, ""];
  return `${count(size)} ${unit}`;
}

/** Uses four digits, which is as much as people compare, and thousands separators. */
export function formatNumber(value: number, digits = 4): string {
  return value.toLocaleString("en-GB", { maximumSignificantDigits: digits });
}

/** `02 Jan 2026 03:04 UTC`. */
export function formatTime(iso: string): string {
  return `${new Date(iso).toUTCString().slice(5, 22)} UTC`;
}

/** The abbreviated commit that was measured, and whether the tree had other changes. */
export function formatCommit({ evidence }: ExperimentRow): string {
  if (!evidence?.commit) return "–";
  return evidence.commit.slice(0, 10) + (evidence.dirty ? " + changes" : "");
}

/** The run that counted, and the machines or workers that ran the suites if bundles brought the counts. */
export function formatRun({ evidence }: ExperimentRow): string {
  if (evidence === undefined) return "–";
  const origins = Object.values(evidence.by_tag).flatMap(({ source }) => source?.origin ?? []);
  const machines = origins.map(({ worker, machine }) => worker ?? machine);
  const where = [...new Set(machines)].sort().join(", ");
  return where === "" ? evidence.run_id : `${evidence.run_id}, measured on ${where}`;
}

/** `api 1.2 s, e2e 30 s`. */
export function formatTagDurations({ evidence }: ExperimentRow): string {
  const tags = Object.entries(evidence?.by_tag ?? {}).filter(([, each]) => each.duration_ms !== undefined);
  return tags.map(([tag, { duration_ms }]) => `${tag} ${formatDuration(duration_ms)}`).join(", ") || "–";
}

/** `+120 -30`, or the sum if the record has no more than that. */
export function formatCodeDiff({ code_diff, code_diff_lines }: ExperimentRow): string {
  if (code_diff !== undefined) return `+${code_diff.added} -${code_diff.removed}`;
  return String(code_diff_lines ?? "–");
}
