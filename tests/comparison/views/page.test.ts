import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { renderPage } from "../../../src/comparison/views/page.ts";
import { findChromium } from "../../support/chromium.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { hostile, reportWith } from "./report.ts";

const executablePath = findChromium();
if (executablePath === undefined) {
  process.stderr.write("The page is not tested: no Chromium on the PATH, and CHROMIUM_PATH is not set.\n");
}

describe.skipIf(executablePath === undefined)("the comparison page in Chromium", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({
      ...(executablePath !== undefined && { executablePath }),
      args: ["--no-sandbox"],
    });
  });
  afterAll(() => browser?.close());

  /** The page of a report with this text all over it, opened as the file that it is kept as. */
  async function open(text: string, options: { colorScheme?: "light" | "dark" } = {}) {
    const path = join(await temporaryFolder(), "comparison.html");
    const artifacts = [
      { experiment_slug: "exp-pg", cycle_id: "C1", name: `traces/${text.replaceAll("/", "")} #1?.har` },
    ];
    await writeFile(path, renderPage(reportWith(text), artifacts));
    const context = await browser.newContext(options);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(path).href);
    return { page, requests, url: pathToFileURL(path).href };
  }

  it("takes nothing from a record for markup, and loads nothing", async () => {
    const { page, requests, url } = await open(hostile);
    expect(await page.title()).toBe("Comparison of F1-checkout");
    expect(await page.locator("script, img, iframe, object, link").count()).toBe(0);
    expect(await page.locator(".verdict").textContent()).toBe(`promote: ${hostile}`);
    expect(await page.locator("pre").first().textContent()).toBe(`${hostile}\nsecond line`);
    expect(requests).toEqual([url]);
  });

  it("shows matrix, tests, bars, schema changes and artifacts", async () => {
    const { page } = await open("plain");
    const rows = (caption: string) =>
      page
        .locator("table", { has: page.locator("caption", { hasText: caption }) })
        .locator("tbody tr")
        .allInnerTexts();
    expect((await rows("Passed/failed by tag")).map((row) => row.replace(/\s+/g, " "))).toEqual([
      "api 3/1 3 passed, 1 failed 4/0 4 passed, 0 failed",
      "infra – not reported 2/0 2 passed, 0 failed",
      "signal unreadable winning",
    ]);
    expect(await page.getByRole("heading", { level: 2 }).allInnerTexts()).toEqual([
      "Warnings",
      "Results",
      "Tests that tell the experiments apart",
      "Tests that all experiments fail",
      "Metrics",
      "Schema changes",
      "How winners combine",
      "Artifacts",
    ]);
    const bars = page.locator(".bar");
    const widths = await bars.evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().width));
    expect((widths[1] ?? 0) / (widths[0] ?? 1)).toBeCloseTo(2, 1);
  });

  it("links to artifacts beside it, whatever their names", async () => {
    const { page, url } = await open("a b");
    const href = await page.evaluate("document.links[0].href");
    expect(href).toBe(new URL("./exp-pg/artifacts/C1/traces/a%20b%20%231%3F.har", url).href);
  });

  it("is read by keyboard: every table and detail is reached, and details open", async () => {
    const { page } = await open("plain");
    const stops: string[] = [];
    for (let step = 0; step < 30; step++) {
      await page.keyboard.press("Tab");
      stops.push(String(await page.evaluate("document.activeElement.tagName")));
      if (stops.at(-1) === "SUMMARY") break;
    }
    expect(stops.at(-1)).toBe("SUMMARY");
    expect(await page.locator("pre").first().isVisible()).toBe(false);
    await page.keyboard.press("Enter");
    expect(await page.locator("pre").first().isVisible()).toBe(true);
  });

  it.each(["light", "dark"] as const)(
    "has no accessibility fault that axe knows, in the %s",
    async (colorScheme) => {
      const { page } = await open("plain", { colorScheme });
      expect(await violations(page)).toEqual([]);
    },
  );

  it("follows the reader's light or dark", async () => {
    const background = async (colorScheme: "light" | "dark") => {
      const { page } = await open("plain", { colorScheme });
      const shot = await page.screenshot({ clip: { x: 0, y: 0, width: 4, height: 4 } });
      return shot.toString("base64");
    };
    expect(await background("light")).not.toBe(await background("dark"));
  });

  it("fits a narrow screen: only tables scroll sideways", async () => {
    const { page } = await open("a-name-without-spaces-".repeat(10));
    await page.setViewportSize({ width: 360, height: 640 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
  });
});

const resultSchema = z.object({
  violations: z.array(
    z.object({ id: z.string(), help: z.string(), nodes: z.array(z.object({ html: z.string() })) }),
  ),
});

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const result = resultSchema.parse(await page.evaluate("axe.run()"));
  return result.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html}`);
}
