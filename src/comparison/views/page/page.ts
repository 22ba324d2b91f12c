import type { ComparisonReport } from "../../../../schemas/comparison/comparison.ts";
import type { Warning } from "../../../../schemas/comparison/warning.ts";
import { summarizeCombinations } from "../../details/combination-text.ts";
import { listNames } from "../phrases.ts";
import { formatTime } from "../words.ts";
import { trendTable } from "./history.ts";
import { type ArtifactList, artifactLists, fileLink } from "./links.ts";
import { type Content, html, Markup } from "./markup.ts";
import { metricTable } from "./metrics.ts";
import { resultsTable, trustTable } from "./results.ts";
import { schemaTable } from "./schema.ts";
import { pageStyle } from "./style.ts";
import { testTable } from "./tests.ts";

/** Where the page is kept, and what it links to. */
export interface PageFolder {
  /** The absolute path of the feature's folder of experiments. */
  directory: string;
  artifacts: ArtifactList[];
}

interface Section {
  id: string;
  title: string;
  content: Content;
}

/**
 * The comparison as one self-contained page: no script, no network, nothing from a record as markup. Its links are
 * relative to the folder that it is kept in.
 */
export function renderPage(report: ComparisonReport, folder: PageFolder): string {
  const { feature_id, generated_at, recommendation, rationale, rows, winners } = report;
  const sections = rows.length === 0 ? [] : renderSections(report, folder);
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
${sections.map(({ id, title, content }) => html`<section id="${id}">\n<h2>${title}</h2>\n${content}\n</section>\n`)}</main>
</body>
</html>
`;
  return String(page);
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

const aboutBars =
  "Bars are medians from zero. The line across the end of one is the interval of its factor to the best; in 95 % of comparisons, all of a metric's intervals hold together.";

/** What there is nothing of is said, so that nobody takes it for left out. */
function renderSections(report: ComparisonReport, { directory, artifacts }: PageFolder): Section[] {
  const { warnings, metrics, combinations, tests, schema, history } = report;
  const { apart = [], failing_everywhere = [] } = tests ?? {};
  const everywhere = "Tests that all experiments fail";
  return [
    { id: "results", title: "Results", content: [resultsTable(report), trustTable(report)] },
    {
      id: "warnings",
      title: "Warnings",
      content:
        list(warnings.map((each) => warningItem(each, directory))) ??
        paragraph("Nothing makes the verdict worth less."),
    },
    {
      id: "tests",
      title: "Tests",
      content: [
        apart.length > 0
          ? testTable("Tests that tell the experiments apart", report, apart, directory)
          : paragraph("No test tells the experiments apart."),
        failing_everywhere.length > 0 && testTable(everywhere, report, failing_everywhere, directory),
      ],
    },
    {
      id: "metrics",
      title: "Metrics",
      content:
        metrics.length > 0
          ? [paragraph(aboutBars), metrics.map(metricTable)]
          : paragraph("No experiment measured anything."),
    },
    {
      id: "schema",
      title: "Schema changes",
      content: schema?.differences.some(({ changes }) => changes.length > 0)
        ? schemaTable(schema)
        : paragraph("No experiment recorded a change."),
    },
    {
      id: "history",
      title: "From cycle to cycle",
      content: history?.trends.length
        ? trendTable(history.trends)
        : paragraph("No tag was counted more than once."),
    },
    {
      id: "combinations",
      title: "How winners combine",
      content:
        list(summarizeCombinations(combinations, report.winners).map((line) => html`${line}`)) ??
        paragraph("Fewer than two win."),
    },
    {
      id: "artifacts",
      title: "Artifacts",
      content: artifacts.some((each) => each.artifacts.length > 0)
        ? artifactLists(artifacts)
        : paragraph("No experiment left any."),
    },
  ];
}

function warningItem({ kind, message, records }: Warning, directory: string): Markup {
  const links = records.map((path) => html`<li>${fileLink(directory, path)}</li>`);
  return html`<strong>${kind}</strong> ${message}<details><summary>Records</summary><ul>${links}</ul></details>`;
}

function list(items: Markup[]): Markup | undefined {
  return items.length === 0 ? undefined : html`<ul>${items.map((item) => html`<li>${item}</li>\n`)}</ul>`;
}

function paragraph(text: string): Markup {
  return html`<p>${text}</p>`;
}
