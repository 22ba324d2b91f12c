import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, onTestFinished } from "vitest";
import type { ComparisonReport } from "../../../schemas/comparison/comparison.ts";
import type { Run } from "../../../schemas/run.ts";
import type { ArtifactList } from "../../../src/comparison/views/page/links.ts";
import { renderPage } from "../../../src/comparison/views/page/page.ts";
import { findChromium } from "../../support/machine/chromium.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { isSkipped } from "../../support/vitest/skip.ts";

const executablePath = findChromium();

interface Opened {
  page: Page;
  /** The addresses of all that the browser asked for. */
  requests: string[];
  url: string;
}

interface Options extends BrowserContextOptions {
  artifacts?: ArtifactList[];
  runs?: Run[];
  /** Text of files beside the page, by their paths. */
  files?: Record<string, string>;
  /** The folder that the report's paths are in. Default: that of the page. */
  directory?: string;
}

type Open = (
  report: ComparisonReport | ((directory: string) => ComparisonReport),
  options?: Options,
) => Promise<Opened>;

/** Tests of pages in headless Chromium; skipped where there is none. `open` shows a report's page, kept as a file. */
export function describeInBrowser(name: string, tests: (open: Open) => void): void {
  const cannotRun = executablePath === undefined;
  describe.skipIf(isSkipped(cannotRun, "pages: no Chromium on the PATH, and CHROMIUM_PATH is not set"))(
    name,
    () => {
      let browser: Browser;
      beforeAll(async () => {
        browser = await chromium.launch({
          ...(executablePath !== undefined && { executablePath }),
          args: ["--no-sandbox"],
        });
      });
      afterAll(() => browser?.close());

      tests(async (report, { artifacts = [], runs = [], files = {}, directory, ...options } = {}) => {
        const folder = await temporaryFolder();
        for (const [name, content] of Object.entries(files)) {
          await mkdir(dirname(join(folder, name)), { recursive: true });
          await writeFile(join(folder, name), content);
        }
        const path = join(folder, "comparison.html");
        const made = typeof report === "function" ? report(folder) : report;
        await writeFile(path, renderPage(made, { directory: directory ?? folder, artifacts, runs }));
        const context = await browser.newContext(options);
        onTestFinished(() => context.close());
        const page = await context.newPage();
        const requests: string[] = [];
        page.on("request", (request) => requests.push(request.url()));
        const url = pathToFileURL(path).href;
        await page.goto(url);
        return { page, requests, url };
      });
    },
  );
}
