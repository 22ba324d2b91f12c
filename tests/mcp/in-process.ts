import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { onTestFinished } from "vitest";
import { openLakebase } from "../../src/lakebase/lakebase.ts";
import { listTools } from "../../src/mcp/list-tools.ts";
import type { Offer } from "../../src/mcp/offer.ts";
import { createServer } from "../../src/mcp/server.ts";
import type { AnyTool } from "../../tools/support/define-tool.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

/** The server with a test's own tools, and the official client, in one process. */
export async function openSession(tools: readonly AnyTool[], offer: Partial<Offer> = {}) {
  const workspace = await temporaryFolder();
  const skill = join(workspace, "SKILL.md");
  await writeFile(skill, "---\nname: compare\n---\n\n# Compare designs\n\nCall create_plan.\n");
  const loads: number[] = [];
  const server = createServer(
    {
      listed: listTools(tools),
      loadTools: async () => {
        loads.push(Date.now());
        return tools;
      },
      offer: { isReadOnly: false, ...offer },
      skill: pathToFileURL(skill),
      app: pathToFileURL(join(workspace, "app.js")),
    },
    {
      workspace,
      backend: "local",
      lakebase: openLakebase({ command: ["/nowhere/databricks"], project: "p" }),
      launch: [],
    },
  );
  const client = new Client({ name: "tests", version: "1" });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  onTestFinished(() => client.close());
  return { client, workspace, loads };
}
