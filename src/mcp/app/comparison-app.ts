import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ReadResourceResult } from "@modelcontextprotocol/sdk/types.js";

/** The comparison as an MCP App. Not listed: clients that show it find its address with the tools. */
export const comparisonApp = "ui://lakebase-experiments/comparison";

/** By this type a client knows a page that it may show. */
const mimeType = "text/html;profile=mcp-app";

/**
 * The app is a frame: its script asks for a feature's comparison and shows that page. So there is one page, and what
 * records hold stays as it is escaped there.
 * @param script the file that the build made of the script
 */
export async function readComparisonApp(script: URL): Promise<ReadResourceResult> {
  const text = renderFrame(await readFile(script, "utf8"));
  return { contents: [{ uri: comparisonApp, mimeType, text, _meta: { ui: { prefersBorder: true } } }] };
}

/** No script but this one runs, and nothing is loaded. */
function renderFrame(script: string): string {
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
