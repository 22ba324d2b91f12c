import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import packageJson from "../../package.json" with { type: "json" };
import type { AnyTool } from "../../tools/define-tool.ts";
import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import { listTools } from "./list-tools.ts";
import { renderAnswer, renderError } from "./render.ts";

const instructions = `Race several designs of one feature, each on its own Lakebase Postgres branch, and choose on evidence.
create_experiments → run_experiments → wait_for_run until it ends → compare_experiments. A run goes on by itself; it needs .tdd/features/<feature_id>/plan.json. check_setup says what is missing.`;

/** The MCP server over the given tools. What a call needs beside its own signal and progress comes in `shared`. */
export function createServer(
  tools: readonly AnyTool[],
  shared: Omit<Context, "signal" | "progress">,
): Server {
  const { name, version } = packageJson;
  const server = new Server({ name, version }, { capabilities: { tools: {} }, instructions });
  const listed = listTools(tools);

  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listed }));

  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendNotification, _meta }) => {
    const token = _meta?.progressToken;
    const progress: Context["progress"] = (message, done, total) => {
      if (token === undefined || signal.aborted) return;
      const notification = { progressToken: token, progress: done, total, message };
      void sendNotification({ method: "notifications/progress", params: notification }).catch(() => {});
    };
    try {
      const tool = tools.find((each) => each.name === params.name) ?? unknownTool(params.name);
      return renderAnswer(await tool.call(params.arguments ?? {}, { ...shared, signal, progress }));
    } catch (error) {
      return renderError(error);
    }
  });
  return server;
}

function unknownTool(name: string): never {
  throw new CoreError("unknown_tool", `There is no tool ${name}.`, { hint: "tools/list names them all." });
}
