import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import * as z from "zod";
import { describeInBrowser } from "./browser.ts";
import { directory, hostile, largeReport, queueWith, riskyReport, runWith } from "./report.ts";

describeInBrowser("the comparison page in Chromium", (open) => {
  const readRows = async (page: Page, caption: string) => {
    const table = page.locator("table", { has: page.locator("caption", { hasText: caption }) });
    const rows = await table.locator("tbody tr").allInnerTexts();
    return rows.map((row) => row.replace(/\s+/g, " ").trim());
  };

  it.each([
    ["markup", hostile],
    ["the end of the style", "</style></title><style>*{display:none}</style><base href='http://x.test/'>"],
    ["another attribute's", `" onclick="document.title='owned'" style='background:url(http://x.test/)'`],
    ["an address", "javascript:document.title='owned'//http://x.test/"],
    ["controls", "\u0000\u001b[31mred\u001b]8;;http://x.test/\u0007\u202egnp.exe\u0085"],
  ])("does not interpret %s in a record, and loads nothing", async (_, text) => {
    const list = (name: string) => [
      { experiment_slug: "exp-pg", artifacts: [{ cycle_id: "C1", name }], left_out: 0 },
    ];
    const elements = async (opened: Page) => z.array(z.string()).parse(await opened.evaluate(listElements));
    const { page, requests, url } = await open(riskyReport(text), {
      artifacts: list(text),
      runs: [{ ...runWith(text), queue: queueWith(text) }],
      directory,
    });
    const harmless = "x".repeat(text.length);
    const other = await open(riskyReport(harmless), {
      artifacts: list(harmless),
      runs: [{ ...runWith(harmless), queue: queueWith(harmless) }],
      directory,
    });
    expect(await page.title()).toBe("Comparison of F1-checkout: promote");
    expect(await elements(page)).toEqual(await elements(other.page));
    expect(await page.content()).not.toMatch(/[^\P{Cc}\n\t]|[\u202a-\u202e]/u);
    expect(requests).toEqual([url]);
  });

  it("shows a record's text unchanged", async () => {
    const { page } = await open(riskyReport(hostile), { directory });
    expect(await page.locator("#verdict p").first().textContent()).toBe(hostile);
    expect(await page.locator("#tests pre").first().textContent()).toBe(`${hostile}\nsecond line`);
  });

  it("shows the recommendation first, the winner at the top, and every section", async () => {
    const { page } = await open(riskyReport("plain"), { directory });
    expect(await page.locator("#verdict > *").allInnerTexts()).toEqual([
      "Recommendation: promote",
      "plain",
      "★ Winner: exp-pg",
    ]);
    expect(await readRows(page, "Passed/failed by tag")).toEqual([
      "★ winner: exp-pg winning api passes on a fresh branch 4/0 4 passed, 0 failed 2/0 2 passed, 0 failed 2 7.5 s",
      "exp-json unreadable plain reported, not measured: load 5/2 3/1 3 passed, 1 failed – not reported 0 –",
    ]);
    expect(await readRows(page, "Tests that differ between experiments")).toEqual([
      "plain api · plain Why it failed ✓ passed ✕ failed",
    ]);
    const changes = await page.locator("#schema .objects > li").allInnerTexts();
    expect(changes.map((each) => each.replace(/\s+/g, " "))).toEqual([
      "public.plain foreign key changed by exp-pg type: plain → plain2 plain ⚠ collides with another experiment ⚠ rewrites table: plain, 5 GB, about 41,000,000 rows",
    ]);
    expect(await page.getByRole("heading", { level: 2 }).allInnerTexts()).toEqual([
      "Recommendation: promote",
      "Results",
      "Warnings",
      "Timeline of the last run",
      "Tests",
      "Metrics",
      "Schema changes",
      "History by cycle",
      "How winners combine",
      "Where the numbers come from",
    ]);
    expect(await page.locator("header").textContent()).toContain(
      "Made on 02 Jan 2026 03:04 UTC from the records of 2",
    );
  });

  it("omits empty sections", async () => {
    const bare = {
      ...riskyReport("x"),
      ...{
        warnings: [],
        metrics: [],
        combinations: [],
        tests: undefined,
        schema: undefined,
        history: undefined,
      },
    };
    const { page } = await open(bare);
    expect(await page.getByRole("heading", { level: 2 }).allInnerTexts()).toEqual([
      "Recommendation: promote",
      "Results",
      "Where the numbers come from",
    ]);
    expect(await page.getByRole("navigation").getByRole("link").allInnerTexts()).toEqual([
      "Where the numbers come from",
    ]);
    const none = await open({ ...bare, rationale: "There is none.", rows: [], matrix: [], winners: [] });
    expect(await none.page.locator("main > * > *").allInnerTexts()).toEqual([
      "Recommendation: promote",
      "There is none.",
    ]);
  });

  it("links to artifacts and failure reports, whatever their names", async () => {
    const names = [
      "a b.txt",
      "#1.txt",
      "what?.txt",
      "100%.txt",
      "50%20.txt",
      `"it's".txt`,
      "网 🛒.txt",
      "a\\b.txt",
      "<b>&lt;.txt",
    ];
    const artifactAt = (name: string) => `exp-pg/artifacts/C1/e2e/${name}`;
    const artifacts = names.map((name) => ({ cycle_id: "C1", name: `e2e/${name}` }));
    const { page, url } = await open(
      (folder) => riskyReport("x", (text) => `${folder}/exp-json/${text}#1.txt`),
      {
        artifacts: [{ experiment_slug: "exp-pg", artifacts, left_out: 3 }],
        files: {
          ...Object.fromEntries(names.map((name) => [artifactAt(name), `this is ${name}`])),
          "exp-json/x#1.txt": "why",
        },
      },
    );
    for (const name of names) {
      await page.locator("#artifacts summary").click();
      await page.getByRole("link", { name: `C1 e2e/${name}`, exact: true }).click();
      expect(await page.locator("body").textContent()).toBe(`this is ${name}`);
      await page.goto(url);
    }
    expect(await page.locator("#artifacts").textContent()).toContain("exp-pg: 12 artifacts");
    await page.locator("#tests summary").first().click();
    await page.locator("#tests details a").first().click();
    expect(await page.locator("body").textContent()).toBe("why");
  });

  it("draws medians and their intervals on one scale", async () => {
    const measured = [
      { experiment_slug: "a", samples: 9, median: 10, verdict: "best" as const },
      {
        experiment_slug: "b",
        samples: 9,
        median: 5,
        interval: { low: 0.4, high: 0.7 },
        verdict: "worse" as const,
      },
      { experiment_slug: "c", samples: 1, median: -5, verdict: "no_difference_shown" as const },
    ];
    const { page } = await open({
      ...riskyReport("x"),
      metrics: [{ tag: "perf", name: "x", better: "higher", measured }],
    });
    const medians = (await boxes(page, ".median")).map(({ left, right }) => (left + right) / 2);
    const [best = 0, , worst = 0] = medians;
    const inUnits = (x: number) => Math.round(((x - worst) / (best - worst)) * 150) / 10 - 5;
    expect(medians.map(inUnits)).toEqual([10, 5, -5]);
    const [interval] = await boxes(page, ".interval");
    expect([interval?.left, interval?.right].map((x) => inUnits(x ?? Number.NaN))).toEqual([4, 7]);
  });

  it("draws the newest run by experiment and tag on one time axis", async () => {
    const report = riskyReport("x");
    const cycle = (experiment_slug: string, run_id: string, second: number, by_tag: object) => ({
      ...{ experiment_slug, run_id, ts: `2026-01-02T03:04:${second}.000Z`, changed: [] },
      duration_ms: 10_000,
      by_tag: Object.fromEntries(
        Object.entries(by_tag).map(([tag, duration_ms]) => [
          tag,
          { passed: 1, failed: 0, trend: "same" as const, duration_ms: Number(duration_ms) },
        ]),
      ),
    });
    const { page } = await open({
      ...report,
      history: {
        trends: [],
        cycles: [
          cycle("exp-json", "run-2", 30, { api: 6_000, infra: 4_000 }),
          cycle("exp-json", "run-1", 10, { api: 1_000 }),
          cycle("exp-pg", "run-2", 20, { api: 5_000 }),
        ],
      },
    });
    expect(await page.locator("#timeline .parts").allInnerTexts()).toEqual([
      expect.stringMatching(/^setup and other work 5 s\s+api 5 s\s+10 s in all$/),
      expect.stringMatching(/^api 6 s\s+infra 4 s\s+10 s in all$/),
    ]);
    const found = await boxes(page, "#timeline rect");
    const [first, last] = [found[0]?.left ?? 0, found.at(-1)?.right ?? 0];
    const inSeconds = (x: number) => Math.round(((x - first) / (last - first)) * 20);
    expect(found.map(({ left, right }) => [inSeconds(left), inSeconds(right)])).toEqual([
      [0, 5],
      [5, 10],
      [10, 16],
      [16, 20],
    ]);
  });

  it("draws passes and failures of each cycle, the oldest first", async () => {
    const report = riskyReport("x");
    const cycle = (passed: number, failed: number) => ({
      ...{ experiment_slug: "exp-json", ts: "2026-01-02T03:04:05.000Z", changed: [] },
      by_tag: { api: { passed, failed, trend: "worse" as const } },
    });
    const trends = report.history?.trends ?? [];
    const { page } = await open({ ...report, history: { trends, cycles: [cycle(3, 1), cycle(2, 0)] } });
    const heights = z.array(z.array(z.number())).parse(
      await page.evaluate(`["passed", "failed"].map((kind) =>
        [...document.querySelectorAll("#history ." + kind)].map((each) => each.getBoundingClientRect().height))`),
    );
    expect(heights).toEqual([
      [16, 24],
      [0, 8],
    ]);
    expect(await readRows(page, "Tests passed and failed by cycle")).toEqual([
      "exp-json api 4/0 → 3/1 worse",
    ]);
  });

  it("keeps headers visible and columns narrow in a table of many experiments", async () => {
    const { page } = await open(largeReport(60, 30), { viewport: { width: 1280, height: 800 } });
    const frame = page.locator("#tests .scroll");
    await page.evaluate("document.querySelector('#tests .scroll').scrollTo(400, 300)");
    const [at = { left: 0, top: 0 }] = z.array(z.object({ left: z.number(), top: z.number() })).parse(
      await page.evaluate(`[...document.querySelectorAll("#tests .scroll")].map((each) => {
          const { left, top } = each.getBoundingClientRect();
          return { left: left + each.clientLeft, top: top + each.clientTop };
        })`),
    );
    const corner = await frame.locator("thead th").first().boundingBox();
    const lastTest = await frame.locator("tbody th").last().boundingBox();
    expect(corner?.x).toBe(at.left);
    expect(corner?.y).toBe(at.top);
    expect(lastTest?.x).toBe(at.left);
    expect((await frame.locator("tbody td").first().boundingBox())?.width).toBeLessThan(40);
    expect(await frame.locator("tbody td").first().textContent()).toBe("✓ passed");
  });

  it("says how many of a great many tests it omits", async () => {
    const { page } = await open(largeReport(2, 502));
    expect(await page.locator("#tests tbody tr").count()).toBe(500);
    expect(await page.locator("#tests > p").textContent()).toBe(
      "2 more are not shown: --format json has them all.",
    );
  });
});

/** Where elements lie from left to right, in document order. */
async function boxes(page: Page, selector: string) {
  return boxesSchema.parse(
    await page.evaluate(`[...document.querySelectorAll("${selector}")].map((each) => {
      const { left, right } = each.getBoundingClientRect();
      return { left, right };
    })`),
  );
}

const boxesSchema = z.array(z.object({ left: z.number(), right: z.number() }));

/** Every element with the names of its attributes. */
const listElements = `[...document.querySelectorAll("*")].map((each) =>
  [each.localName, ...each.getAttributeNames()].join(" "))`;
