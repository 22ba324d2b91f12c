import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { hostile } from "../../comparison/views/report.ts";
import { recordCycle } from "../../support/records.ts";
import { loggedScript, prepareRun } from "../../support/runs.ts";
import { startServer } from "../../support/server.ts";
import { isSkipped } from "../../support/vitest/skip.ts";
import { executablePath, launch, openApp } from "./host.ts";

const cannotRun = isSkipped(
  executablePath === undefined,
  "the app: no Chromium on the PATH, and CHROMIUM_PATH is not set",
);

describe.skipIf(cannotRun)("the comparison as an MCP App", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  /** A server whose workspace has two experiments; a test of one, which fails there, has a hostile name. */
  async function prepareRecords() {
    const server = await startServer();
    const { workspace, client } = server;
    const feature_id = "F1";
    for (const [experiment_slug, status] of [
      ["exp-a", "passed"],
      ["exp-b", "failed"],
    ] as const)
      await recordCycle(
        { workspace, feature_id, experiment_slug },
        { tags: { api: { tests: { [hostile]: status } } } },
      );
    return { client, call: { name: "compare_experiments", input: { feature_id } } };
  }

  test("shows the same page as the file, interprets no markup in it, and loads nothing", async () => {
    const { client, call } = await prepareRecords();
    const { app, page, requests, problems, sendResult } = await openApp(browser, client, call);
    await sendResult();
    await app.locator("#records").waitFor();

    const resource = await client.readResource({ uri: "lakebase://features/F1/comparison.html" });
    const [{ text }] = z.tuple([z.object({ text: z.string() })]).parse(resource.contents);
    const file = await browser.newPage();
    await file.setContent(text);
    // Branches are a little older each time.
    const read = async (main: Locator) =>
      (await main.allInnerTexts()).join("").replace(/^[\d.]+ m?s$/gm, "age");
    expect(await read(app.locator("main"))).toBe(await read(file.locator("main")));
    expect(await read(app.locator("main"))).toContain(hostile);
    expect(await app.locator("img, script:not(body > script)").count()).toBe(0);
    expect(await app.locator("a:not([href^='#'])").count()).toBe(0);
    expect(requests.filter((url) => !url.startsWith("about:"))).toEqual([]);
    expect(problems).toEqual([]);
    await file.close();

    const frame = page.locator("iframe");
    const height = z
      .number()
      .parse(await app.locator("html").evaluate("document.documentElement.scrollHeight"));
    await expect.poll(async () => (await frame.boundingBox())?.height).toBeGreaterThanOrEqual(height);
  });

  test("follows the client's light or dark theme, and its changes", async () => {
    const { client, call } = await prepareRecords();
    const { app, page } = await openApp(browser, client, { ...call, theme: "dark" });
    await app.locator("#records").waitFor();
    const back = () =>
      app.locator("html").evaluate("getComputedStyle(document.documentElement).backgroundColor");
    expect(await back()).not.toBe("rgb(255, 255, 255)");
    await page.evaluate(`bridge.setHostContext({ theme: "light" })`);
    await expect.poll(back).toBe("rgb(255, 255, 255)");
  });

  test("shows only the recommendation if the client cannot read resources", async () => {
    const { client, call } = await prepareRecords();
    const { app, sendResult } = await openApp(browser, client, { ...call, readsResources: false });
    await sendResult();
    await app.getByText("promote", { exact: true }).waitFor();
    expect(await app.locator("p").allInnerTexts()).toEqual(["promote", expect.stringMatching(/^Only exp-a/)]);
  });

  test("shows a run's progress while a client waits for it, and then its result", async () => {
    const { server, workspace, feature_id, start } = await prepareRun(
      (workspace) => ({
        suites: {
          api: loggedScript(workspace),
          e2e: loggedScript(
            workspace,
            `if (slug === "exp-b") await gate(${JSON.stringify(join(workspace, "open"))})`,
          ),
        },
      }),
      ["exp-a", "exp-b"],
    );
    const { run_id } = await start();
    const { app, problems } = await openApp(browser, server.client, {
      name: "wait_for_run",
      input: { run_id },
    });
    const progress = app.locator("#progress");
    await progress.getByText("1 of 2 experiments done").waitFor();
    await progress.locator("li", { hasText: "exp-b" }).getByText("running: e2e").waitFor();
    const row = app.getByRole("table", { name: "Passed/failed by tag" }).getByRole("row", { name: "exp-b" });
    const readRow = async () =>
      (await row.getByRole("cell").allInnerTexts()).map((text) => text.split("\n")[0]);
    expect(await readRow()).toEqual(["running", "1/0", "–", expect.anything()]);

    await writeFile(join(workspace, "open"), "");

    await progress.waitFor({ state: "detached" });
    expect(await readRow()).toEqual(["winning", "1/0", "1/0", expect.anything()]);
    expect(await app.locator("h1").allInnerTexts()).toEqual([`Comparison of ${feature_id}`]);
    expect(problems).toEqual([]);
  });
});
