import { expect, it } from "vitest";
import type { ComparisonReport } from "../../../schemas/comparison/comparison.ts";
import { renderMarkdown } from "../../../src/comparison/views/markdown.ts";
import { directory, hostile, largeReport, riskyReport } from "./report.ts";

const render = (report: ComparisonReport) => renderMarkdown(report, directory);

it("shows every section, the winner first", () => {
  expect(render(riskyReport("x"))).toBe(`# Comparison of F1-checkout

**promote**: x

## Passed/failed by tag

| Experiment | Signal | api | infra | Flaky | Time |
| --- | --- | ---: | ---: | ---: | ---: |
| ★ exp-pg | **winning**; api passes on a fresh branch | 4/0 | 2/0 | 2 | 7.5 s |
| exp-json | **unreadable**; x; reported, not measured: load 5/2 | 3/1 | – | 0 | – |

## Warnings

- **counts-shrink** x

## Tests that differ between experiments

- api **x** (x): failed in exp-json; passed in exp-pg
  - exp-json: x (exp-json/x)

## Tests that fail in all experiments

- api **x** (x): failed in exp-json; passed in exp-pg
  - exp-json: x (exp-json/x)

## Metrics

- **perf: x in x, lower is better**
  - exp-pg: 10, best
  - exp-json: 20.12, × 2.012 (simultaneous 95 %: 1.9 to 2.1), worse

## Schema changes

| Object | Change | What | Experiments | Careful |
| --- | --- | --- | --- | --- |
| foreign key **public.x** | changed | type: x → x2; with x | exp-pg | ⚠ collides with another experiment; ⚠ rewrites table: x, 5 GB, about 41,000,000 rows |

## History by cycle

| Experiment | Tag | Passed/failed, oldest first | Trend |
| --- | --- | --- | --- |
| exp-json | api | 4/0 → 3/1 | **worse** |

## How winners combine

- exp-json + exp-pg: code conflicts in x

## Where the numbers come from

| Experiment | Evidence | Commit | Code lines | Schema | Time by tag | Cycles | Branch | Branch age | Run |
| --- | --- | --- | ---: | --- | --- | ---: | --- | ---: | --- |
| exp-pg | counted | 0123456789 + changes | 42 | x | api 1.2 s | 2 | f1-checkout-exp-pg | 2 h | run-20260102T030405-01234567 |
| exp-json | none | – | – | – | – | 1 | x | – | – |
`);
});

it.each([
  ["elements", hostile, /<(?!span>\$<\/span>)/],
  ["links and images", "[a](b) ![c](d) [^1]", /\[/],
  ["code and emphasis", "`c` **d** _e_ ~f~ __g__", /`c`|\*\*d|_e_|~f~|__g/],
  ["mentions", "by @you and a@example.com", /@(?!&#8203;)/],
  ["references", "#1 you/yours#2 GH-3", /(?<!&)#\d|GH-\d/],
  ["addresses", "http://x.test HTTPS://x.test www.x.test", /:\/\/|www\./i],
  ["emoji", "a :tada: b", /:tada/],
  ["formulas", "$x$", /(?<!<span>)\$/],
  ["references of characters", "&lt;b&gt; &#42;", /&(?:lt|#42)/],
])("does not interpret %s in a record", (_, text, markup) => {
  expect(withoutOurs(render(riskyReport(text)))).not.toMatch(markup);
});

it("shows a record's text unchanged to readers", () => {
  const text = "public.order_items: a < b & c > d | `e` $5 @f #6";
  const [, seen = ""] = /^\*\*promote\*\*: (.*)$/m.exec(render(riskyReport(text))) ?? [];
  expect(seen).toContain("public.order_items");
  const resolved = seen
    .replace(/<\/?span>/g, "")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
  expect(resolved.replaceAll("\u200b", "")).toBe(text);
});

it("keeps tables intact, whatever they contain", () => {
  const cells = (text: string) =>
    render(riskyReport(text))
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .map((line) => line.split("|").length);
  expect(cells("a | b\n| c |\r\n\n# d\u2028e\\")).toEqual(cells("x"));
});

it("fits into one comment on GitHub, and says how much it omits", () => {
  const report = largeReport(60, 300);
  const text = render(report);
  const listed = text.match(/^- api \*\*test \d+\*\*/gm)?.length ?? 0;
  expect(listed).toBeGreaterThan(10);
  expect(text).toContain(`${300 - listed} more are not shown here`);
  expect(text).toContain("failed in exp-00-variant, exp-01-variant, ");
  expect(text).toContain(" and 51 more; passed in exp-59-variant");

  const long = "*_<&".repeat(500);
  const worst = largeReport(60, 300);
  const everywhere = worst.tests?.apart.map((test) => ({ ...test, name: long, file: long })) ?? [];
  const crowded = {
    ...worst,
    rationale: long,
    rows: worst.rows.map((row) => ({ ...row, reason: long, branch_id: long, schema_diff_summary: long })),
    warnings: Array.from({ length: 60 }, () => ({
      kind: "tests-flaky" as const,
      message: long,
      records: [],
    })),
    metrics: Array.from({ length: 60 }, () =>
      worst.metrics.map((metric) => ({ ...metric, name: long })),
    ).flat(),
    tests: { apart: everywhere, failing_everywhere: everywhere },
  };
  expect(render(crowded).length).toBeLessThan(65_536);
});

/** Without the marks that the report itself is made of. */
function withoutOurs(text: string): string {
  return text.replace(/^#+ /gm, "").replace(/\*\*(counts-shrink|promote|winning|unreadable)\*\*/g, "$1");
}
