import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { AnyTool } from "../../tools/define-tool.ts";
import type { Context } from "../context.ts";
import { createServer } from "./server.ts";

/** Serves over stdio until the client is gone. Runs go on without us: their workers are processes of their own. */
export async function serve(
  tools: readonly AnyTool[],
  shared: Omit<Context, "signal" | "progress">,
): Promise<void> {
  const server = createServer(tools, shared);
  const leave = () => process.exit(0);
  process.stdin.once("end", leave).once("close", leave);
  // A client that went away closes our stdout first.
  process.stdout.on("error", leave);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, leave);
  await server.connect(new StdioServerTransport());
}
