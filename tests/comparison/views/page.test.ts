import { describe, expect, it } from "vitest";
import type { ComparisonReport } from "../../../schemas/comparison/comparison.ts";
import { type PageFolder, renderPage } from "../../../src/comparison/views/page/page.ts";
import { renderTable } from "../../../src/comparison/views/table.ts";
import { directory, hostile, largeReport, queueWith, reportWith, riskyReport, runWith } from "./report.ts";

const render = (report: ComparisonReport, more: Partial<PageFolder> = {}) =>
  renderPage(report, { directory, artifacts: [], ...more });
const readTitles = (page: string) =>
  [...page.matchAll(/<section id="([^"]*)"[^>]*>\n<h2>(?:<span>[^<]*<\/span> )?([^<]*)<\/h2>/g)].map(
    ([, id, title]) => `${id}: ${title}`,
  );
/** The page without what reports never decide. */
const body = (page: string) => page.replace(/<style>[\s\S]*?<\/style>/, "");

describe("a page", () => {
  it("has a section for whatever there is, in order, and links to each", () => {
    const artifacts = [
      { experiment_slug: "exp-pg", artifacts: [{ cycle_id: "C1", name: "a.log" }], left_out: 0 },
    ];
    const page = render(riskyReport("x"), { artifacts, runs: [runWith("x")] });
    const titles = readTitles(page);
    expect(titles).toEqual([
      "verdict: promote",
      "results: Results",
      "progress: Run in progress",
      "warnings: Warnings",
      "timeline: Timeline of the last run",
      "tests: Tests",
      "metrics: Metrics",
      "schema: Schema changes",
      "history: History by cycle",
      "combinations: How winners combine",
      "records: Where the numbers come from",
      "artifacts: Artifacts",
    ]);
    const linked = [...page.matchAll(/<li><a href="#([\w-]+)">/g)].map(([, id]) => id);
    expect(linked).toEqual(titles.slice(2).map((title) => title.split(":")[0]));
  });

  it("leaves out what there is nothing of", () => {
    const { tests: _tests, schema: _schema, history: _history, ...report } = reportWith("x");
    const bare = { ...report, warnings: [], metrics: [], combinations: [] };
    expect(readTitles(render(bare))).toEqual([
      "verdict: promote",
      "results: Results",
      "records: Where the numbers come from",
    ]);
  });

  it("of no experiments says what is recommended and nothing else", () => {
    const page = render({ ...reportWith("x"), rows: [], winners: [], recommendation: "continue" });
    expect(readTitles(page)).toEqual(["verdict: continue"]);
    expect(page).toContain("from the records of 0 experiments.");
    expect(page).not.toContain("<nav");
  });

  it.each([
    [1, "from the records of 1 experiment."],
    [2, "from the records of 2 experiments."],
  ])("counts %i in words that fit", (count, text) => {
    const report = reportWith("x");
    expect(render({ ...report, rows: report.rows.slice(-count) })).toContain(text);
  });

  it.each([
    ["promote", ["exp-pg"], "Winner: <strong>exp-pg</strong>"],
    ["synthesize", ["exp-pg", "exp-json"], "Winners: <strong>exp-pg, exp-json</strong>"],
    ["continue", ["exp-pg"], "Winning so far: <strong>exp-pg</strong>"],
  ] as const)("to %s names the winners %j", (recommendation, winners, text) => {
    expect(render({ ...reportWith("x"), recommendation, winners: [...winners] })).toContain(text);
  });

  it.each([
    [1, "0 of 1 experiment done"],
    [3, "1 of 3 experiments done"],
  ])("tells how far a run over %i is", (count, text) => {
    const run = runWith("x");
    const page = render(reportWith("x"), { runs: [{ ...run, results: run.results.slice(0, count) }] });
    expect(page).toContain(text);
    expect(render(reportWith("x"), { runs: [run, run] })).toContain("<h2>Runs in progress</h2>");
  });

  it.each([
    [1, 0, "exp-pg: 1 artifact<", undefined],
    [2, 0, "exp-pg: 2 artifacts<", undefined],
    [1, 1, "exp-pg: 2 artifacts<", "1 more is in <code>exp-pg/artifacts</code>"],
    [1, 2, "exp-pg: 3 artifacts<", "2 more are in <code>exp-pg/artifacts</code>"],
  ])("counts %i artifacts and %i more", (shown, left_out, title, more) => {
    const artifacts = Array.from({ length: shown }, (_, n) => ({ cycle_id: "C1", name: `${n}.log` }));
    const page = render(reportWith("x"), {
      artifacts: [{ experiment_slug: "exp-pg", artifacts, left_out }],
    });
    expect(page).toContain(title);
    if (more === undefined) expect(page).not.toContain("more");
    else expect(page).toContain(more);
  });

  it("counts the tests that it has no room for", () => {
    expect(render(largeReport(2, 500))).not.toContain("not shown");
    expect(render(largeReport(2, 501))).toContain("<p>1 more is not shown:");
    expect(render(largeReport(2, 502))).toContain("<p>2 more are not shown:");
  });
});

describe("text of a record", () => {
  const artifacts = [
    { experiment_slug: "exp-pg", artifacts: [{ cycle_id: "C1", name: hostile }], left_out: 0 },
  ];
  const page = render(riskyReport(hostile), {
    artifacts,
    runs: [{ ...runWith(hostile), queue: queueWith(hostile) }],
  });

  it("never becomes an element or ends an attribute", () => {
    expect(page).not.toContain("<script");
    expect(page).not.toContain("<img");
    expect(page).not.toMatch(/ on\w+="/);
  });

  it("leaves a page with as many elements as any other text does", () => {
    const countTags = (text: string) =>
      body(
        render(riskyReport(text), {
          artifacts: [
            { experiment_slug: "exp-pg", artifacts: [{ cycle_id: "C1", name: text }], left_out: 0 },
          ],
          runs: [{ ...runWith(text), queue: queueWith(text) }],
        }),
      ).match(/<\/?[a-z][^>]*>/gi)?.length;
    expect(countTags(`</td>"'><b a='&lt;'>`)).toBe(countTags("x"));
  });

  it("never leads anywhere but to files beside the page", () => {
    const links = [...page.matchAll(/(?:href|src|action)="([^"]*)"/g)].map(([, link]) => link ?? "");
    expect(
      links.filter((link) => !/^(#[a-z]+|\.\/[\w.%/()!*~'-]+)$/.test(link.replaceAll("&#39;", "'"))),
    ).toEqual([]);
    expect(page).not.toMatch(/url\(|@import/);
  });

  it.each([
    ["a b.log", "./exp-pg/artifacts/C1/a%20b.log"],
    ["e2e/100%.png", "./exp-pg/artifacts/C1/e2e/100%25.png"],
    ["a?b#c&d.txt", "./exp-pg/artifacts/C1/a%3Fb%23c%26d.txt"],
    ["Grüße.log", "./exp-pg/artifacts/C1/Gr%C3%BC%C3%9Fe.log"],
    ['"quoted".log', "./exp-pg/artifacts/C1/%22quoted%22.log"],
  ])("%s is linked as %s", (name, href) => {
    const linked = render(reportWith("x"), {
      artifacts: [{ experiment_slug: "exp-pg", artifacts: [{ cycle_id: "C1", name }], left_out: 0 }],
    });
    expect(linked).toContain(`href="${href}"`);
  });
});

describe("counts of nothing", () => {
  const report = reportWith("x");
  const matrix = [{ tag: "api", cells: { "exp-json": { passed: 0, failed: 0 }, "exp-pg": null } }];

  it("look neither good nor bad, on the page and in a terminal", () => {
    const page = render({ ...report, matrix });
    expect(page).toMatch(/<td class="number " data-title="api"><div><span aria-hidden="true">0\/0/);
    expect(renderTable({ ...report, matrix }, true)).toContain("\u001b[2m0/0");
  });
});

describe("the timeline", () => {
  const cycle = (experiment_slug: string, run_id: string, ts: string, duration_ms?: number, api = 0) => ({
    ...{ experiment_slug, run_id, ts, duration_ms },
    by_tag: { api: { passed: 1, failed: 0, trend: "first" as const, ...(api > 0 && { duration_ms: api }) } },
    changed: [],
  });
  const draw = (...cycles: ReturnType<typeof cycle>[]) => {
    const page = render({ ...reportWith("x"), history: { trends: [], cycles } });
    return /<section id="timeline">[\s\S]*?<\/section>/.exec(page)?.[0] ?? "";
  };

  it("shows the run that ended last, all experiments on one clock", () => {
    const text = draw(
      cycle("exp-pg", "run-2", "2026-01-01T00:00:20Z", 10_000, 5_000),
      cycle("exp-json", "run-2", "2026-01-01T00:00:15Z", 5_000, 5_000),
      cycle("exp-pg", "run-1", "2026-01-01T00:00:09Z", 9_000, 1_000),
    );
    expect(text).toContain("run-2, all experiments on one clock.");
    expect(text).not.toContain("run-1");
    expect(text.match(/<rect [^>]*>/g)).toEqual([
      '<rect class="other" x="0%" width="50%" height="100%"/>',
      '<rect class="tag-0" x="50%" width="50%" height="100%"/>',
      '<rect class="tag-0" x="0%" width="50%" height="100%"/>',
    ]);
    expect(text).toContain("setup and other work 5 s");
    expect(text).toContain("10 s in all");
  });

  it("shows no experiment that took part in an earlier run only", () => {
    const text = draw(
      cycle("exp-pg", "run-2", "2026-01-01T00:00:20Z", 10_000),
      cycle("exp-json", "run-1", "2026-01-01T00:00:09Z", 9_000),
    );
    expect(text).toContain("<h3>exp-pg</h3>");
    expect(text).not.toContain("exp-json");
  });

  it("is left out if no cycle says how long it took, or when it ended", () => {
    expect(draw()).toBe("");
    expect(draw(cycle("exp-pg", "run-1", "2026-01-01T00:00:09Z"))).toBe("");
    expect(draw(cycle("exp-pg", "run-1", "soon", 1_000))).toBe("");
  });

  it("shows no time beside suites that together took longer than their cycle", () => {
    const text = draw(cycle("exp-pg", "run-1", "2026-01-01T00:00:09Z", 1_000, 1_500));
    expect(text).not.toContain("setup and other work");
  });
});
