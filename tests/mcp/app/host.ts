import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { type Browser, chromium } from "playwright-core";
import { rolldown } from "rolldown";
import { onTestFinished } from "vitest";
import * as z from "zod";
import { findChromium } from "../../support/machine/chromium.ts";

export const executablePath = findChromium();

export async function launch(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ["--no-sandbox"],
  });
}

interface Call {
  name: string;
  input: Record<string, unknown>;
  theme?: "light" | "dark";
  /** Default: it does. */
  readsResources?: boolean;
}

const pageSchema = z.tuple([
  z.object({ mimeType: z.literal("text/html;profile=mcp-app"), text: z.string() }),
]);
const metaSchema = z.object({ ui: z.object({ resourceUri: z.string().startsWith("ui://") }) });

/** Opens a tool's app as a client does: found with the tool, in a sandbox, under the official bridge. */
export async function openApp(
  browser: Browser,
  client: Client,
  { name, input, theme = "light", readsResources = true }: Call,
) {
  const { tools } = await client.listTools();
  const { resourceUri: uri } = metaSchema.parse(tools.find((tool) => tool.name === name)?._meta).ui;
  const [{ text }] = pageSchema.parse((await client.readResource({ uri })).contents);
  const page = await (await browser.newContext()).newPage();
  onTestFinished(() => page.context().close());
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  const problems: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  await page.exposeFunction("askServer", (uri: string) => client.readResource({ uri }));
  await page.setContent(`<iframe sandbox="allow-scripts" width="1000" height="100"></iframe>`);
  await page.addScriptTag({ content: await bundleHost() });
  const capabilities = readsResources ? { serverResources: {} } : {};
  await page.evaluate(`openApp(${JSON.stringify(text)}, ${JSON.stringify({ theme, input, capabilities })})`);
  return {
    app: page.frameLocator("iframe"),
    page,
    requests,
    problems,
    sendResult: async () => {
      const result = await client.callTool({ name, arguments: input });
      await page.evaluate(`bridge.sendToolResult(${JSON.stringify(result)})`);
    },
  };
}

async function bundleHost(): Promise<string> {
  const entry = join(fileURLToPath(new URL(".", import.meta.url)), "fixtures", "host.mjs");
  const bundle = await rolldown({ input: entry, platform: "browser" });
  const { output } = await bundle.generate({ format: "iife" });
  await bundle.close();
  return output[0].code;
}
