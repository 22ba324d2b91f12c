import type { ComparisonReport } from "../../../../schemas/comparison/comparison.ts";
import type { Warning } from "../../../../schemas/comparison/warning.ts";
import type { Run } from "../../../../schemas/run.ts";
import { summarizeCombinations } from "../../details/combination-text.ts";
import { formatTime } from "../format.ts";
import { listNames } from "../phrases.ts";
import { trendTable } from "./history.ts";
import { type ArtifactList, artifactLists, fileLink } from "./links.ts";
import { type Content, html, Markup } from "./markup.ts";
import { metricTable } from "./metrics.ts";
import { runProgress } from "./progress.ts";
import { evidenceTable, resultsTable } from "./results.ts";
import { schemaList } from "./schema.ts";
import { pageStyle } from "./style.ts";
import { testTable } from "./tests.ts";
import { runTimeline } from "./timeline.ts";

/** Where the page is stored, and what it links to. */
export interface PageFolder {
  /** Absolute path of the feature's experiments folder. */
  directory: string;
  artifacts: ArtifactList[];
  /** Runs of the feature in progress. */
  runs?: Run[];
}

interface Section {
  id: string;
  title: string;
  /** Undefined or false if there is nothing to show; the section is left out then. */
  content: Content;
}

/**
 * Renders the comparison as one self-contained page: no scripts, no network access, and no text from a record as
 * markup. Its links are relative to the folder in which it is stored.
 */
export function renderPage(report: ComparisonReport, folder: PageFolder): string {
  const { feature_id, generated_at, recommendation, rationale, rows, winners } = report;
  const [results, ...sections] = rows.length === 0 ? [] : listSections(report, folder);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Comparison of ${feature_id}: ${recommendation}</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#verdict">Skip to the recommendation</a>
<header>
<h1>Comparison of ${feature_id}</h1>
<p>Made on <time datetime="${generated_at}">${formatTime(generated_at)}</time> from the records of ${rows.length} ${rows.length === 1 ? "experiment" : "experiments"}.</p>
${sections.length > 0 && contents(sections)}
</header>
<main>
<section id="verdict" class="${recommendation}" tabindex="-1">
<h2><span>Recommendation:</span> ${recommendation}</h2>
<p>${rationale}</p>
${winners.length > 0 && winnersLine(report)}
</section>
${[...(results === undefined ? [] : [results]), ...sections].map(renderSection)}</main>
</body>
</html>
`;
  return String(page);
}

function renderSection({ id, title, content }: Section): Markup {
  return html`<section id="${id}">\n<h2>${title}</h2>\n${content}\n</section>\n`;
}

function winnersLine({ recommendation, winners }: ComparisonReport): Markup {
  const title =
    recommendation === "continue" ? "Winning so far" : winners.length === 1 ? "Winner" : "Winners";
  return html`<p><span aria-hidden="true">★ </span>${title}: <strong>${listNames(winners)}</strong></p>`;
}

function contents(sections: Section[]): Markup {
  const items = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>\n`);
  return html`<nav aria-label="On this page"><ul>\n${items}</ul></nav>`;
}

const aboutIntervals =
  "A point is a median; the line through it is the confidence interval of its ratio to the best, which is dashed. In 95 % of comparisons, all intervals of a metric hold at once.";

/** Lists the results, then the sections that have something to show. */
function listSections(report: ComparisonReport, { directory, artifacts, runs = [] }: PageFolder): Section[] {
  const { warnings, metrics, combinations, tests, schema, history } = report;
  const { apart = [], failing_everywhere = [] } = tests ?? {};
  const combining = summarizeCombinations(combinations, report.winners);
  const hasArtifacts = artifacts.some((each) => each.artifacts.length > 0);
  const hasChanges = schema?.differences.some(({ changes }) => changes.length > 0);
  const sections: Section[] = [
    { id: "results", title: "Results", content: resultsTable(report) },
    {
      id: "progress",
      title: runs.length > 1 ? "Runs in progress" : "Run in progress",
      content: runs.length > 0 && runProgress(runs, report.matrix),
    },
    {
      id: "warnings",
      title: "Warnings",
      content:
        warnings.length > 0 &&
        html`<ul class="warnings">${warnings.map((each) => warningItem(each, directory))}</ul>`,
    },
    { id: "timeline", title: "Timeline of the last run", content: runTimeline(report) },
    {
      id: "tests",
      title: "Tests",
      content: (apart.length > 0 || failing_everywhere.length > 0) && [
        apart.length > 0 && testTable("Tests that differ between experiments", report, apart, directory),
        failing_everywhere.length > 0 &&
          testTable("Tests that fail in all experiments", report, failing_everywhere, directory),
      ],
    },
    {
      id: "metrics",
      title: "Metrics",
      content: metrics.length > 0 && [metrics.map(metricTable), html`<p class="dim">${aboutIntervals}</p>`],
    },
    { id: "schema", title: "Schema changes", content: hasChanges && schema && schemaList(schema) },
    {
      id: "history",
      title: "History by cycle",
      content: history !== undefined && history.trends.length > 0 && trendTable(history),
    },
    {
      id: "combinations",
      title: "How winners combine",
      content: combining.length > 0 && html`<ul>${combining.map((line) => html`<li>${line}</li>\n`)}</ul>`,
    },
    { id: "records", title: "Where the numbers come from", content: evidenceTable(report) },
    { id: "artifacts", title: "Artifacts", content: hasArtifacts && artifactLists(artifacts) },
  ];
  return sections.filter(({ content }) => content !== undefined && content !== false);
}

function warningItem({ kind, message, records }: Warning, directory: string): Markup {
  const links = records.map((path) => html`<li>${fileLink(directory, path)}</li>`);
  return html`<li><strong>${kind.replaceAll("-", " ")}</strong> ${message}${
    links.length > 0 && html`<details><summary>Records</summary><ul>${links}</ul></details>`
  }</li>\n`;
}
