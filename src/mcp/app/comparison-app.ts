import { readFile } from "node:fs/promises";
import type { ReadResourceResult } from "@modelcontextprotocol/sdk/types.js";

/** The comparison as an MCP App. Not listed: clients that show it find its URI in the tools. */
export const comparisonApp = "ui://lakebase-experiments/comparison";

/** The media type by which clients recognize a page that they may show. */
const mimeType = "text/html;profile=mcp-app";

/**
 * Reads the app, which is only a frame: its script requests a feature's comparison page and shows it. So there is only
 * one page, and records stay escaped as they are there.
 * @param script the file that the build made from the script
 */
export async function readComparisonApp(script: URL): Promise<ReadResourceResult> {
  const text = await renderFrame(await readFile(script, "utf8"));
  return { contents: [{ uri: comparisonApp, mimeType, text, _meta: { ui: { prefersBorder: true } } }] };
}

/** Only this script may run, and nothing may be loaded. */
async function renderFrame(script: string): Promise<string> {
  // Loaded on first use, so that the server starts sooner.
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256").update(script).digest("base64");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'">
<title>Comparison</title>
<style>:root { color-scheme: light dark; } body { font: 1rem/1.5 system-ui, sans-serif; }</style>
</head>
<body>
<p>Reading the comparison…</p>
<script>${script}</script>
</body>
</html>
`;
}
