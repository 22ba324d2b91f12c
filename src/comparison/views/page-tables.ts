import type { ComparisonReport, ExperimentRow, TagMatrixRow } from "../../../schemas/comparison.ts";
import type { SchemaComparison } from "../../../schemas/schema-comparison.ts";
import type { TestDifference } from "../../../schemas/test-difference.ts";
import { html, type Markup } from "./markup.ts";
import { formatCodeDiff, formatCommit, formatCounts, formatDuration, formatTagDurations } from "./words.ts";

export function matrixTable({ rows, matrix }: ComparisonReport): Markup {
  const slugs = rows.map((row) => row.experiment_slug);
  return table(
    "Passed/failed by tag",
    ["Tag", ...slugs],
    [
      ...matrix.map(({ tag, cells }) => [rowHead(tag), ...slugs.map((slug) => countsCell(cells[slug]))]),
      [rowHead("signal"), ...rows.map(({ signal }) => html`<td class="${signal}">${signal}</td>`)],
    ],
  );
}

/** What the numbers stand on. */
export function trustTable(rows: ExperimentRow[]): Markup {
  const header = [
    "Experiment",
    "Evidence",
    "Commit",
    "Run",
    "Flaky",
    "Time by tag",
    "Cycles",
    "Branch",
    "Age",
    "Code lines",
  ];
  return table(
    "What the numbers stand on",
    header,
    rows.map((row) => [
      rowHead(row.experiment_slug),
      cell(row.reason === undefined ? row.evidence_state : `${row.evidence_state}: ${row.reason}`),
      cell(formatCommit(row)),
      cell(row.evidence?.run_id ?? "–"),
      cell(row.flaky ?? 0),
      cell(formatTagDurations(row)),
      cell(row.cycle_count),
      cell(row.branch_id),
      cell(formatDuration(row.branch_age_ms)),
      cell(formatCodeDiff(row)),
    ]),
  );
}

/** One line per test, one column per experiment; the failures unfold below its name. */
export function testTable(caption: string, { rows }: ComparisonReport, tests: TestDifference[]): Markup {
  const slugs = rows.map((row) => row.experiment_slug);
  return table(
    caption,
    ["Test", ...slugs],
    tests.map((test) => [
      html`<th scope="row">${test.tag}: ${test.name}${test.file && html`<br><small>${test.file}</small>`}${failureDetails(test)}</th>`,
      ...slugs.map((slug) => resultCell(test, slug)),
    ]),
  );
}

function failureDetails({ failures }: TestDifference): Markup | undefined {
  const told = failures.filter(({ failure }) => failure !== "");
  if (told.length === 0) return undefined;
  const items = told.map(
    ({ experiment_slug, failure }) => html`<p>${experiment_slug}</p><pre>${failure}</pre>`,
  );
  return html`<details><summary>Why it failed</summary>${items}</details>`;
}

function resultCell(test: TestDifference, slug: string): Markup {
  if (test.failed_in.includes(slug)) return html`<td class="bad">failed</td>`;
  if (test.flaky_in.includes(slug)) return html`<td class="no_evidence">flaky</td>`;
  if (test.passed_in.includes(slug)) return html`<td class="good">passed</td>`;
  return cell(test.not_run_in.includes(slug) ? "not run" : "–");
}

/** Every change, marked where another experiment changes the same object differently or a large table feels it. */
export function schemaTable({ differences, collisions, risks }: SchemaComparison): Markup {
  const lines = differences.flatMap(({ experiment_slug, changes }) =>
    changes.map(({ change, kind, object }) => {
      const collides = collisions.some((each) => each.kind === kind && each.object === object);
      const effects = risks.filter(
        (risk) => risk.experiment_slug === experiment_slug && risk.object === object,
      );
      const marks = [
        ...(collides ? ["changed differently by others"] : []),
        ...effects.map(({ effect, table: on }) => `${effect.replaceAll("_", " ")} ${on}`),
      ];
      return [
        rowHead(experiment_slug),
        cell(change),
        cell(kind),
        cell(object),
        cell(marks.join(", ") || "–"),
      ];
    }),
  );
  return table("Against each parent branch", ["Experiment", "Change", "Kind", "Object", "Careful"], lines);
}

/** A table that scrolls by itself where it is too wide, by keyboard too. */
export function table(caption: string, header: string[], lines: Markup[][]): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${header.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>
${lines.map((cells) => html`<tr>${cells}</tr>\n`)}</tbody>
</table></div>`;
}

export function rowHead(text: string): Markup {
  return html`<th scope="row">${text}</th>`;
}

export function cell(text: string | number): Markup {
  return html`<td>${text}</td>`;
}

function countsCell(counts: TagMatrixRow["cells"][string] | undefined): Markup {
  if (!counts) return html`<td>${spoken("–", "not reported")}</td>`;
  const verdict = counts.failed > 0 ? "bad" : "good";
  return html`<td class="${verdict}">${spoken(formatCounts(counts), `${counts.passed} passed, ${counts.failed} failed`)}</td>`;
}

/** Signs for the eye, words for a screen reader. */
function spoken(signs: string, words: string): Markup {
  return html`<span aria-hidden="true">${signs}</span><span class="spoken">${words}</span>`;
}
