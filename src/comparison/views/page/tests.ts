import type { ComparisonReport, ExperimentRow } from "../../../../schemas/comparison/comparison.ts";
import type { TestDifference } from "../../../../schemas/comparison/test-difference.ts";
import { listSlugs } from "../../../experiments/list-slugs.ts";
import { groupFailures, sortWinnersFirst } from "../phrases.ts";
import { fileLink } from "./links.ts";
import { html, type Markup } from "./markup.ts";
import { type Cell, table } from "./table.ts";

/** From this many columns on, results are shown as symbols below upright headers. */
const manyColumns = 7;
/** A browser still scrolls this many lines of many columns smoothly. Tests that most experiments fail come first. */
const maxTests = 500;

type Result = keyof typeof signs;
const signs = { failed: "✕", flaky: "~", passed: "✓", "not run": "–", "not listed": "…" } as const;
const looks: Record<Result, string> = {
  failed: "bad",
  flaky: "warn",
  passed: "good",
  "not run": "",
  "not listed": "",
};

/**
 * Renders one line per test and one column per experiment that ran any of them; failures expand below the test's name.
 */
export function testTable(
  caption: string,
  report: ComparisonReport,
  tests: TestDifference[],
  directory: string,
): Markup {
  const shown = tests.slice(0, maxTests);
  const slugs = listSlugs(
    sortWinnersFirst(report).filter((row) => shown.some((test) => findResult(test, row) !== undefined)),
  );
  const rest = tests.length - shown.length;
  return html`${table(
    caption,
    "Test",
    slugs.map((title) => ({ title })),
    shown.map((test) => ({
      head: [
        html`<bdi>${test.name}</bdi>`,
        html`<small>${test.tag}${test.file !== undefined && html` · <bdi>${test.file}</bdi>`}</small>`,
        failureDetails(test, directory),
      ],
      cells: slugs.map((experiment_slug) => resultCell(findResult(test, { experiment_slug }))),
    })),
    slugs.length < manyColumns ? "" : "dense",
  )}${rest > 0 && html`<p>${rest} more ${rest === 1 ? "is" : "are"} not shown: <code>--format json</code> has them all.</p>`}`;
}

function failureDetails(test: TestDifference, directory: string): Markup | false {
  const groups = groupFailures(test);
  if (groups.length === 0) return false;
  const items = groups.map((failures) => {
    const links = failures.map(({ experiment_slug, artifact }) =>
      artifact === "" ? experiment_slug : fileLink(directory, artifact, experiment_slug),
    );
    const text = failures[0]?.failure ?? "";
    return html`<p>${links.map((link, index) => [index > 0 && ", ", link])}</p>${
      text === "" ? html`<p>The report gives no reason.</p>` : html`<pre dir="auto">${text}</pre>`
    }`;
  });
  return html`<details><summary>Why it failed</summary>${items}</details>`;
}

function findResult(test: TestDifference, { experiment_slug }: Pick<ExperimentRow, "experiment_slug">) {
  const lists: [Result, string[]][] = [
    ["failed", test.failed_in],
    ["flaky", test.flaky_in],
    ["passed", test.passed_in],
    ["not run", test.not_run_in],
    ["not listed", test.not_listed_in ?? []],
  ];
  return lists.find(([, slugs]) => slugs.includes(experiment_slug))?.[0];
}

/** An experiment that did not run the tag has no result. */
function resultCell(result: Result | undefined): Cell {
  if (result === undefined) return { content: "" };
  const sign = html`<span aria-hidden="true">${signs[result]}</span>`;
  return { content: [sign, html` <span class="word">${result}</span>`], look: looks[result] };
}
