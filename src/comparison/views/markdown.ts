import { relative } from "node:path";
import type { ComparisonReport } from "../../../schemas/comparison/comparison.ts";
import type { TagTrend } from "../../../schemas/comparison/history.ts";
import type { MetricComparison } from "../../../schemas/comparison/metric.ts";
import type { TestDifference } from "../../../schemas/comparison/test-difference.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { summarizeCombinations } from "../details/combination-text.ts";
import { describeMeasured, describeMetric } from "../details/metric-text.ts";
import { evidenceColumns } from "./evidence-columns.ts";
import { formatCounts, formatDuration, formatNumber, spellOut } from "./format.ts";
import { bold, plain, section, tableSection } from "./markdown-parts.ts";
import {
  describeAspect,
  describeResults,
  groupFailures,
  listCautions,
  listNames,
  listNotes,
  sortWinnersFirst,
} from "./phrases.ts";
import { type SharedChange, shareChanges } from "./schema-changes.ts";

/** A list item shows at most this many sub-items. */
const maxListed = 6;
const maxRationale = 2_000;

/**
 * Renders the comparison as GitHub-flavoured Markdown, for a pull request or an agent, short enough for one comment.
 * Text from records is never interpreted as markup.
 * @param directory absolute path of the feature's experiments folder; paths are shown relative to it
 */
export function renderMarkdown(report: ComparisonReport, directory: string): string {
  const {
    feature_id,
    recommendation,
    rationale,
    warnings,
    metrics,
    combinations,
    winners,
    tests,
    schema,
    history,
  } = report;
  const { apart = [], failing_everywhere = [] } = tests ?? {};
  const testLines = (test: TestDifference) => testItem(test, directory);
  const parts = [
    `# Comparison of ${plain(feature_id)}`,
    `${bold(recommendation)}: ${plain(rationale, maxRationale)}`,
    ...resultsSection(report),
    ...section(
      "Warnings",
      warnings.map(({ kind, message }) => `- ${bold(kind)} ${plain(message, maxRationale)}`),
    ),
    ...section("Tests that differ between experiments", apart.map(testLines)),
    ...section("Tests that fail in all experiments", failing_everywhere.map(testLines)),
    ...section("Metrics", metrics.map(metricItem)),
    ...tableSection(
      "Schema changes",
      ["Object", "Change", "What", "Experiments", "Careful"],
      (schema === undefined ? [] : shareChanges(schema)).map(changeLine),
    ),
    ...tableSection(
      "History by cycle",
      ["Experiment", "Tag", "Passed/failed, oldest first", "Trend"],
      (history?.trends ?? []).map(trendLine),
    ),
    ...section(
      "How winners combine",
      summarizeCombinations(combinations, winners).map((line) => `- ${plain(line, maxRationale)}`),
    ),
    ...trustSection(report),
  ];
  return `${parts.join("\n\n")}\n`;
}

function resultsSection(report: ComparisonReport): string[] {
  const { matrix, winners } = report;
  return tableSection(
    "Passed/failed by tag",
    ["Experiment", "Signal", ...matrix.map(({ tag }) => `${plain(tag)}:`), "Flaky:", "Time:"],
    sortWinnersFirst(report).map((row) => [
      (winners.includes(row.experiment_slug) ? "★ " : "") + plain(row.experiment_slug),
      [bold(spellOut(row.signal)), ...listNotes(row).map((note) => plain(note))].join("; "),
      ...matrix.map(({ cells }) => formatCounts(cells[row.experiment_slug])),
      String(row.flaky ?? 0),
      formatDuration(row.duration_ms),
    ]),
  );
}

function trustSection(report: ComparisonReport): string[] {
  return tableSection(
    "Where the numbers come from",
    ["Experiment", ...evidenceColumns.map(({ title, isNumber }) => (isNumber ? `${title}:` : title))],
    sortWinnersFirst(report).map((row) =>
      [row.experiment_slug, ...evidenceColumns.map(({ text }) => text(row))].map((value) => plain(value)),
    ),
  );
}

function trendLine({ experiment_slug, tag, counts, trend }: TagTrend): string[] {
  return [plain(experiment_slug), plain(tag), counts, bold(spellOut(trend))];
}

function testItem(test: TestDifference, directory: string): string {
  const where = test.file === undefined ? "" : ` (${plain(test.file)})`;
  const failures = groupFailures(test).flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const names = listNames(listSlugs([first, ...others]));
    const [line = ""] = first.failure.trimStart().split("\n", 1);
    const artifact = first.artifact === "" ? "" : ` (${plain(relative(directory, first.artifact))})`;
    return `  - ${plain(names, maxRationale)}: ${plain(line) || "the report gives no reason"}${artifact}`;
  });
  const head = `- ${plain(test.tag)} ${bold(test.name)}${where}: ${plain(describeResults(test), maxRationale)}`;
  return [head, ...limitLines(failures)].join("\n");
}

function metricItem(metric: MetricComparison): string {
  const lines = metric.measured.map((each) => {
    const median = formatNumber(each.median);
    return `  - ${plain(each.experiment_slug)}: ${median}, ${plain(describeMeasured(each))}`;
  });
  return [`- ${bold(describeMetric(metric))}`, ...limitLines(lines)].join("\n");
}

function limitLines(lines: string[]): string[] {
  const more = lines.length - maxListed;
  return [...lines.slice(0, maxListed), ...(more > 0 ? [`  - and ${more} more`] : [])];
}

function changeLine(shared: SharedChange): string[] {
  const { object, kind, change, aspects, contains = [] } = shared.change;
  const what = [
    ...Object.entries(aspects).map(([name, sides]) => describeAspect(name, sides)),
    ...(contains.length > 0 ? [`with ${listNames(contains)}`] : []),
  ];
  return [
    `${plain(spellOut(kind))} ${bold(object)}`,
    change,
    what.map((text) => plain(text)).join("; "),
    plain(listNames(shared.experiments), maxRationale),
    listCautions(shared)
      .map((text) => `⚠ ${plain(text)}`)
      .join("; ") || "–",
  ];
}
