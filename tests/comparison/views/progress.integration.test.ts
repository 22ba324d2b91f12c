import { expect, it } from "vitest";
import { describeInBrowser } from "./browser.ts";
import { queueWith, riskyReport, runWith } from "./report.ts";

describeInBrowser("the progress of a run in Chromium", (open) => {
  it("shows the progress of each experiment in a run", async () => {
    const { page } = await open(riskyReport("x"), { runs: [runWith("exp-new")] });
    const items = await page.locator("#progress li").allInnerTexts();
    expect(items.map((each) => each.replace(/\s+/g, " ").trim())).toEqual([
      "exp-pg running: e2e api 4/0 infra not measured",
      "exp-json failed api 3/1",
      "exp-new queued",
    ]);
    expect(await page.getByRole("progressbar", { name: "1 of 3 experiments done" }).count()).toBe(1);
  });

  it("shows the workers and waiting jobs of a run's queue, if it has one", async () => {
    const text = "The login has expired (not_authenticated)";
    const run = { ...runWith("exp-new"), queue: queueWith(text) };
    const { page } = await open(riskyReport("x"), { runs: [run] });
    expect(await page.locator("#progress > p").allInnerTexts()).toEqual([
      "run-20260102T030405-01234567: 1 of 3 experiments done",
      "Queue",
    ]);
    const items = await page.locator("#progress ul").nth(1).locator("li").allInnerTexts();
    expect(items.map((each) => each.replace(/\s+/g, " ").trim())).toEqual([
      `4 workers build-1/4711 running 2 of 2 jobs build-1/4802 idle build-2/99 paused: ${text} 1 more`,
      `1 job waiting ${text} exp-pg e2e`,
      "7 jobs waiting another suite runs on its branch exp-json e2e, exp-json infra and 5 more",
    ]);
    const without = await open(riskyReport("x"), { runs: [runWith("exp-new")] });
    expect(await without.page.locator("#progress ul").count()).toBe(1);
  });
});
