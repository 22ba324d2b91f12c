import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import * as z from "zod";
import type { ComparisonReport } from "../../../schemas/comparison/comparison.ts";
import { describeInBrowser } from "./browser.ts";
import { directory, largeReport, reportWith, runWith } from "./report.ts";

const wide = { width: 1280, height: 900 };
const narrow = { width: 390, height: 800 };
const artifacts = [
  { experiment_slug: "exp-pg", artifacts: [{ cycle_id: "C1", name: "junit.xml" }], left_out: 1 },
];

const emptyReport: ComparisonReport = { ...reportWith("none"), rows: [], matrix: [], winners: [] };

describeInBrowser("accessibility of the comparison page", (open) => {
  it.each([
    ["light", wide, reportWith("plain")],
    ["dark", wide, reportWith("plain")],
    ["light", narrow, reportWith("plain")],
    ["dark", narrow, reportWith("plain")],
    ["light", wide, largeReport(12, 3)],
    ["dark", wide, largeReport(12, 3)],
    ["light", wide, emptyReport],
  ] as const)(
    "has no accessibility violations according to axe: %s, %o",
    async (colorScheme, viewport, report) => {
      const { page } = await open(report, {
        ...{ colorScheme, viewport, artifacts, directory },
        runs: [runWith("exp-new")],
      });
      await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
      expect(await violations(page)).toEqual([]);
    },
  );

  it("follows the reader's light or dark colour scheme", async () => {
    const background = async (colorScheme: "light" | "dark") => {
      const { page } = await open(reportWith("x"), { colorScheme });
      return page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    };
    expect(await background("light")).toBe("rgb(255, 255, 255)");
    expect(await background("dark")).not.toBe("rgb(255, 255, 255)");
  });

  it("shows medians in forced colours", async () => {
    const { page } = await open(reportWith("x"), { forcedColors: "active" });
    const [bar, text] = z
      .tuple([z.string(), z.string()])
      .parse(
        await page.evaluate(
          "[getComputedStyle(document.querySelector('.median')).fill, getComputedStyle(document.body).color]",
        ),
      );
    expect(bar).toBe(text);
  });

  it("makes every link, table and detail reachable by keyboard with a visible focus", async () => {
    const { page } = await open(reportWith("plain"), { artifacts, directory });
    const targets = z.number().parse(
      await page.evaluate(`(() => {
        const all = [...document.querySelectorAll("a, summary, [tabindex='0']")].filter((each) => each.checkVisibility());
        all.forEach((each, index) => { each.dataset.stop = String(index); });
        return all.length;
      })()`),
    );
    const stops: unknown[] = [];
    for (let step = 0; step < targets; step++) {
      await page.keyboard.press("Tab");
      stops.push(
        await page.evaluate(`(() => {
          const { dataset } = document.activeElement;
          return [dataset.stop, getComputedStyle(document.activeElement).outlineStyle];
        })()`),
      );
    }
    expect(stops).toEqual(Array.from({ length: targets }, (_, index) => [String(index), "solid"]));
  });

  it("opens details by keyboard, and skips to the recommendation", async () => {
    const { page } = await open(reportWith("plain"), { directory });
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.getBoundingClientRect().left")).toBeGreaterThan(0);
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("verdict");
    const why = page.locator("#tests summary").first();
    await why.focus();
    expect(await page.locator("#tests pre").first().isVisible()).toBe(false);
    await page.keyboard.press("Enter");
    expect(await page.locator("#tests pre").first().isVisible()).toBe(true);
  });

  it("gives screen readers landmarks, captions and text for symbols", async () => {
    const { page } = await open(reportWith("plain"), { directory });
    expect(await page.getByRole("banner").count()).toBe(1);
    expect(await page.getByRole("navigation", { name: "On this page" }).getByRole("link").count()).toBe(8);
    expect(await page.getByRole("main").getByRole("table").count()).toBe(6);
    const results = page.getByRole("table", { name: "Passed/failed by tag" });
    expect(await results.getByRole("rowheader", { name: "winner: exp-pg" }).count()).toBe(1);
    expect(await results.getByRole("columnheader", { name: "api" }).count()).toBe(1);
    expect(await results.getByRole("cell", { name: "3 passed, 1 failed" }).count()).toBe(1);
    const tests = page.getByRole("table", { name: "Tests that differ between experiments" });
    expect(await tests.getByRole("cell", { name: "passed", exact: true }).count()).toBe(1);
  });

  it.each([
    ["long names", 360, () => reportWith("a-name-without-spaces-".repeat(10))],
    ["long names", 1280, () => reportWith("a-name-without-spaces-".repeat(10))],
    ["many experiments", 360, () => largeReport(60, 3)],
  ])("truncates nothing: %s at %i pixels", async (_, width, report) => {
    const { page } = await open(report(), { viewport: { width, height: 640 }, artifacts, directory });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    const cut = `[...document.querySelectorAll(".scroll")].filter((each) => each.scrollWidth > each.clientWidth)
      .map((each) => each.getAttribute("aria-label"))`;
    expect(await page.evaluate(cut)).toEqual([]);
  });

  it("prints all rows of a long table, and why tests failed", async () => {
    const { page } = await open(largeReport(2, 60));
    await page.emulateMedia({ media: "print" });
    const frame = "document.querySelector('#tests .scroll')";
    expect(await page.evaluate(`${frame}.clientHeight === ${frame}.scrollHeight`)).toBe(true);
    expect(await page.locator("#tests pre").last().isVisible()).toBe(true);
    expect(await page.getByRole("navigation").isVisible()).toBe(false);
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
