import type { ComparisonReport } from "../../../schemas/comparison.ts";
import type { MetricComparison } from "../../../schemas/metric.ts";
import type { TestDifference } from "../../../schemas/test-difference.ts";
import {
  formatCodeDiff,
  formatCommit,
  formatCounts,
  formatDuration,
  formatNumber,
  formatTagDurations,
} from "./words.ts";

/** The comparison as GitHub-flavoured Markdown, for a pull request or an agent. Text of records stays text. */
export function renderMarkdown(report: ComparisonReport): string {
  const {
    feature_id,
    recommendation,
    rationale,
    rows,
    matrix,
    smells,
    metrics,
    tests,
    schema,
    combinations,
  } = report;
  const slugs = rows.map((row) => row.experiment_slug);
  return [
    `# Comparison of ${plain(feature_id)}`,
    `**${recommendation}**: ${plain(rationale)}`,
    table(
      ["", ...slugs],
      [
        ...matrix.map(({ tag, cells }) => [tag, ...slugs.map((slug) => formatCounts(cells[slug]))]),
        ["signal", ...rows.map((row) => row.signal)],
        ["evidence", ...rows.map((row) => row.evidence_state)],
        ["commit", ...rows.map(formatCommit)],
        ["flaky", ...rows.map((row) => String(row.flaky ?? 0))],
        ["duration", ...rows.map((row) => formatDuration(row.duration_ms))],
        ["by tag", ...rows.map(formatTagDurations)],
        ["cycles", ...rows.map((row) => String(row.cycle_count))],
        ["branch", ...rows.map((row) => row.branch_id)],
        ["branch age", ...rows.map((row) => formatDuration(row.branch_age_ms))],
        ["code lines", ...rows.map(formatCodeDiff)],
        ["schema", ...rows.map((row) => row.schema_diff_summary ?? "–")],
      ],
    ),
    "Cells are passed/failed.",
    ...section(
      "Warnings",
      smells.map(({ kind, message }) => `- **${kind}** ${plain(message)}`),
    ),
    ...section("Tests that tell them apart", (tests?.apart ?? []).flatMap(testLines)),
    ...section("Tests that all fail", (tests?.failing_everywhere ?? []).flatMap(testLines)),
    ...section("Metrics", metrics.map(metricLine)),
    ...section(
      "Schema objects that experiments change differently",
      (schema?.collisions ?? []).map(
        (each) => `- ${each.kind} ${plain(each.object)}: ${each.experiments.join(", ")}`,
      ),
    ),
    ...section(
      "How winners combine",
      combinations.map(({ experiments, code, files, schema_objects }) => {
        const details = [...files, ...schema_objects].map(plain).join(", ");
        return `- ${experiments.join(" and ")}: code ${code.replace("_", " ")}${details === "" ? "" : ` (${details})`}`;
      }),
    ),
    "",
  ].join("\n\n");
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, lines.join("\n")];
}

function testLines({ tag, name, file, failed_in, flaky_in, passed_in, failures }: TestDifference): string[] {
  const where = file === undefined ? "" : ` (${plain(file)})`;
  const results = Object.entries({ failed: failed_in, flaky: flaky_in, passed: passed_in })
    .filter(([, slugs]) => slugs.length > 0)
    .map(([status, slugs]) => `${status} in ${slugs.join(", ")}`);
  const quoted = failures
    .flatMap(({ failure }) => failure.split("\n").slice(0, 1))
    .filter((line) => line !== "");
  return [
    `- ${tag} **${plain(name)}**${where}: ${results.join("; ")}`,
    ...quoted.slice(0, 1).map((line) => `  > ${plain(line)}`),
  ];
}

function metricLine({ tag, name, unit = "", better, measured }: MetricComparison): string {
  const values = measured.map(({ experiment_slug, median, ratio, interval, verdict }) => {
    const value = `${experiment_slug} ${formatNumber(median)}${unit === "" ? "" : ` ${plain(unit)}`}`;
    if (verdict === "best") return value;
    const by = ratio === undefined ? "" : ` ×${formatNumber(ratio)}`;
    const range = interval && ` [${formatNumber(interval.low)}, ${formatNumber(interval.high)}]`;
    return `${value}${by}${range ?? ""}${verdict === "worse" ? "" : " no difference shown"}`;
  });
  return `- ${tag} **${plain(name)}** (${better} is better): ${values.join("; ")}`;
}

function table(header: string[], lines: string[][]): string {
  const row = (cells: string[]) => `| ${cells.map((cell) => plain(cell)).join(" | ")} |`;
  return [row(header), `|${header.map(() => " --- |").join("")}`, ...lines.map(row)].join("\n");
}

/** Nothing from a record is markup, a link or a mention: what could begin one stands as a character reference. */
function plain(text: string): string {
  return text
    .replace(/[\r\n]+/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/[\\`*_[\]|~>@]|#(?=\w)|:(?=\/\/)|(?<=\bwww)\./gi, (sign) => `&#${sign.charCodeAt(0)};`);
}
