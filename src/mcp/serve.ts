import { readFile } from "node:fs/promises";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import * as z from "zod";
import type { Context } from "../context.ts";
import { longestMessage, readMessages } from "./read-messages.ts";
import { repairText } from "./repair-text.ts";
import { createServer, type ServerParts } from "./server.ts";

/** The build checked each tool: to do it again would take a tenth of the time to start. */
const listSchema = z.object({ tools: z.array(z.custom<Tool>()) });

/**
 * Serves over stdio until the client disconnects. Runs continue without us, because their workers are separate
 * processes.
 * @param parts `list` is a file, written by the build, with what tools/list shows: generating it at start would load
 *   every tool
 */
export async function serve(
  { list, ...parts }: Omit<ServerParts, "listed"> & { list: URL },
  shared: Omit<Context, "signal" | "progress">,
): Promise<void> {
  const { tools } = listSchema.parse(JSON.parse(await readFile(list, "utf8")));
  const server = createServer({ ...parts, listed: tools }, shared);
  const leave = () => process.exit(0);
  process.stdin.once("end", leave).once("close", leave);
  // A client that goes away closes our stdout first.
  process.stdout.on("error", leave);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, leave);
  const messages = readMessages((line) => process.stdout.write(line));
  const options = { maxBufferSize: 2 * longestMessage };
  // Each answer that waits for a slow client listens to it.
  process.stdout.setMaxListeners(0);
  const transport = new StdioServerTransport(process.stdin.pipe(messages), process.stdout, options);
  const send = transport.send.bind(transport);
  transport.send = (message) => send(repairText(message));
  await server.connect(transport);
}
