import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import * as z from "zod";
import { describeInBrowser } from "./browser.ts";
import { directory, hostile, largeReport, riskyReport } from "./report.ts";

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
  ])("takes nothing from a record for %s, and loads nothing", async (_, text) => {
    const list = (name: string) => [
      { experiment_slug: "exp-pg", artifacts: [{ cycle_id: "C1", name }], left_out: 0 },
    ];
    const elements = async (opened: Page) => z.array(z.string()).parse(await opened.evaluate(listElements));
    const { page, requests, url } = await open(riskyReport(text), { artifacts: list(text), directory });
    const harmless = "x".repeat(text.length);
    const other = await open(riskyReport(harmless), { artifacts: list(harmless), directory });
    expect(await page.title()).toBe("Comparison of F1-checkout: promote");
    expect(await elements(page)).toEqual(await elements(other.page));
    expect(await page.content()).not.toMatch(/[^\P{Cc}\n\t]|[\u202a-\u202e]/u);
    expect(requests).toEqual([url]);
  });

  it("shows a record's text as it is", async () => {
    const { page } = await open(riskyReport(hostile), { directory });
    expect(await page.locator("#verdict p").first().textContent()).toBe(hostile);
    expect(await page.locator("#tests pre").first().textContent()).toBe(`${hostile}\nsecond line`);
  });

  it("shows the recommendation first, the winner above the others, and every part", async () => {
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
    expect(await readRows(page, "Tests that tell the experiments apart")).toEqual([
      "plain api · plain Why it failed ✓ passed ✕ failed",
    ]);
    expect(await readRows(page, "Against each parent branch")).toEqual([
      "public.plain foreign key changed type: plain → plain2 with plain exp-pg ⚠ collides with another experiment ⚠ rewrites table: plain, 5 GB, about 41,000,000 rows",
    ]);
    expect(await page.getByRole("heading", { level: 2 }).allInnerTexts()).toEqual([
      "Recommendation: promote",
      "Results",
      "Warnings",
      "Tests",
      "Metrics",
      "Schema changes",
      "From cycle to cycle",
      "How winners combine",
      "Artifacts",
    ]);
    expect(await page.locator("header").textContent()).toContain(
      "Made on 02 Jan 2026 03:04 UTC from the records of 2",
    );
  });

  it("says what there is nothing of", async () => {
    const bare = { warnings: [], metrics: [], combinations: [], tests: undefined, schema: undefined };
    const { page } = await open({ ...riskyReport("x"), ...bare });
    const texts = await page.locator("section > p:only-of-type").allInnerTexts();
    expect(texts.slice(-6)).toEqual([
      "Nothing makes the verdict worth less.",
      "No test tells the experiments apart.",
      "No experiment measured anything.",
      "No experiment recorded a change.",
      "Fewer than two win.",
      "No experiment left any.",
    ]);
    const none = await open({ ...riskyReport("There is none."), ...bare, rows: [], matrix: [], winners: [] });
    expect(await none.page.locator("main > * > *").allInnerTexts()).toEqual([
      "Recommendation: promote",
      "There is none.",
    ]);
  });

  it("opens artifacts and failures' reports, whatever their names", async () => {
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

  it("draws medians from zero, and their intervals", async () => {
    const report = riskyReport("x");
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
      ...report,
      metrics: [{ tag: "perf", name: "x", better: "higher", measured }],
    });
    const boxes = async (selector: string) =>
      boxesSchema.parse(
        await page.evaluate(`[...document.querySelectorAll("${selector}")].map((each) => {
          const { left, right } = each.getBoundingClientRect();
          return { left, right };
        })`),
      );
    const [a, b, c] = await boxes(".bar");
    const zero = (await boxes(".zero"))[0]?.left ?? Number.NaN;
    const unit = ((a?.right ?? 0) - zero) / 10;
    const inUnits = (x: number | undefined) => Math.round((((x ?? Number.NaN) - zero) / unit) * 10) / 10;
    expect([a, b, c].map((bar) => [inUnits(bar?.left), inUnits(bar?.right)])).toEqual([
      [0, 10],
      [0, 5],
      [-5, 0],
    ]);
    const whisker = (await boxes(".whisker"))[0];
    expect([inUnits(whisker?.left), inUnits(whisker?.right)]).toEqual([4, 7]);
  });

  it("keeps heads in sight in a table of many experiments, and their columns narrow", async () => {
    const { page } = await open(largeReport(60, 30), { viewport: { width: 1280, height: 800 } });
    const frame = page.locator("#tests .scroll");
    await page.evaluate("document.querySelector('#tests .scroll').scrollTo(400, 300)");
    const at = await frame.boundingBox();
    const corner = await frame.locator("thead th").first().boundingBox();
    const lastTest = await frame.locator("tbody th").last().boundingBox();
    expect(corner?.x).toBe(at?.x);
    expect(corner?.y).toBe(at?.y);
    expect(lastTest?.x).toBe(at?.x);
    expect((await frame.locator("tbody td").first().boundingBox())?.width).toBeLessThan(40);
    expect(await frame.locator("tbody td").first().textContent()).toBe("✓ passed");
  });

  it("tells how many of very many tests it leaves out", async () => {
    const { page } = await open(largeReport(2, 502));
    expect(await page.locator("#tests tbody tr").count()).toBe(500);
    expect(await page.locator("#tests > p").textContent()).toBe(
      "2 more are left out: --format json has them all.",
    );
  });
});

const boxesSchema = z.array(z.object({ left: z.number(), right: z.number() }));

/** Every element with the names of its attributes. */
const listElements = `[...document.querySelectorAll("*")].map((each) =>
  [each.localName, ...each.getAttributeNames()].join(" "))`;
