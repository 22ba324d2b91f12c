import { Server, type ServerOptions } from "@modelcontextprotocol/sdk/server/index.js";
import {
  CallToolRequestSchema,
  type Tool as ListedTool,
  ListToolsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import packageJson from "../../package.json" with { type: "json" };
import type { AnyTool, Image } from "../../tools/support/define-tool.ts";
import type { Context } from "../context.ts";
import { CoreError } from "../utils/core-error.ts";
import { instructions } from "./instructions.ts";
import { renderAnswer, renderError } from "./render.ts";
import { serveResources } from "./resources/serve-resources.ts";
import { servePrompts } from "./serve-prompts.ts";

/** The SDK makes its validator at once, though only a client's answers need one, and we ask no client anything. */
const jsonSchemaValidator: NonNullable<ServerOptions["jsonSchemaValidator"]> = {
  getValidator: (schema) => new AjvJsonSchemaValidator().getValidator(schema),
};

const capabilities = {
  tools: {},
  resources: { subscribe: true, listChanged: true },
  prompts: {},
  completions: {},
};

/**
 * The MCP server. What a call needs beside its own signal and progress comes in `shared`.
 * @param listed the tools as tools/list shows them
 * @param loadTools gives the tools themselves, which the first call asks for
 * @param skill the text that teaches the flow
 */
export function createServer(
  listed: ListedTool[],
  loadTools: () => Promise<readonly AnyTool[]>,
  shared: Omit<Context, "signal" | "progress">,
  skill: URL,
): Server {
  const { name, version } = packageJson;
  const options = { capabilities, instructions, jsonSchemaValidator };
  const server = new Server({ name, version }, options);

  serveResources(server, shared.workspace);
  servePrompts(server, skill);

  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listed }));

  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendNotification, _meta }) => {
    const token = _meta?.progressToken;
    const progress: Context["progress"] = (message, done, total) => {
      if (token === undefined || signal.aborted) return;
      const notification = { progressToken: token, progress: done, total, message };
      void sendNotification({ method: "notifications/progress", params: notification }).catch(() => {});
    };
    try {
      const tools = await loadTools();
      const tool = tools.find((each) => each.name === params.name) ?? unknownTool(params.name);
      const images: Image[] = [];
      const attach = (image: Image) => void images.push(image);
      const answer = await tool.call(params.arguments ?? {}, { ...shared, signal, progress }, attach);
      return renderAnswer(answer, images);
    } catch (error) {
      return renderError(error);
    }
  });
  return server;
}

function unknownTool(name: string): never {
  throw new CoreError("unknown_tool", `There is no tool ${name}.`, { hint: "tools/list names them all." });
}
