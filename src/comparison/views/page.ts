import type { Combination } from "../../../schemas/combination.ts";
import type { ComparisonReport } from "../../../schemas/comparison.ts";
import { html, Markup } from "./markup.ts";
import { metricTable } from "./page-metrics.ts";
import { pageStyle } from "./page-style.ts";
import { matrixTable, schemaTable, testTable, trustTable } from "./page-tables.ts";

/** An artifact that the page links to. */
export interface ArtifactLink {
  experiment_slug: string;
  cycle_id: string;
  name: string;
}

/**
 * The comparison as one self-contained page: no script, no network, nothing from a record as markup. Links to
 * artifacts are relative to the feature's folder of experiments, where the page is kept.
 */
export function renderPage(report: ComparisonReport, artifacts: ArtifactLink[]): string {
  const { feature_id, generated_at, recommendation, rationale, rows, tests, schema } = report;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Comparison of ${feature_id}</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<main>
<h1>Comparison of ${feature_id}</h1>
<p class="verdict"><strong>${recommendation}</strong>: ${rationale}</p>
${listSection(
  "Warnings",
  report.smells.map(({ kind, message }) => html`<strong>${kind}</strong> ${message}`),
)}
<h2>Results</h2>
${matrixTable(report)}
${trustTable(rows)}
${section("Tests that tell the experiments apart", tests?.apart.length, () => testTable("Failed by some, not by others", report, tests?.apart ?? []))}
${section("Tests that all experiments fail", tests?.failing_everywhere.length, () =>
  testTable("Failed by every experiment that ran the tag", report, tests?.failing_everywhere ?? []),
)}
${section("Metrics", report.metrics.length, () => report.metrics.map(metricTable))}
${section("Schema changes", schema?.differences.length, () => schema && schemaTable(schema))}
${listSection("How winners combine", report.combinations.map(combinationItem))}
${listSection("Artifacts", artifacts.map(artifactLink))}
</main>
<footer>
<p>Made at <time datetime="${generated_at}">${generated_at}</time> from the records of ${rows.length} experiments.</p>
</footer>
</body>
</html>
`;
  return String(page);
}

type Content = Markup | Markup[] | undefined;

/** A titled part, or nothing where there is nothing to show. */
function section(title: string, size: number | undefined, content: () => Content): Markup | undefined {
  if (!size) return undefined;
  return html`<section><h2>${title}</h2>${content()}</section>`;
}

function listSection(title: string, items: Markup[]): Markup | undefined {
  return section(title, items.length, () => html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`);
}

function combinationItem({ experiments, code, files, schema_objects }: Combination): Markup {
  const details = [...files, ...schema_objects].join(", ");
  return html`${experiments.join(" and ")}: code ${code.replace("_", " ")}${details === "" ? "" : ` (${details})`}`;
}

function artifactLink({ experiment_slug, cycle_id, name }: ArtifactLink): Markup {
  const path = [experiment_slug, "artifacts", cycle_id, ...name.split("/")].map(encodeURIComponent).join("/");
  return html`<a href="./${path}">${experiment_slug} ${cycle_id} ${name}</a>`;
}
