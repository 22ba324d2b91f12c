import { setMaxListeners } from "node:events";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  CallToolRequestSchema,
  type Tool as ListedTool,
  ListToolsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { jsonSchemaValidator as JsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/types.js";
import packageJson from "../../package.json" with { type: "json" };
import type { AnyTool, Attachment } from "../../tools/support/define-tool.ts";
import type { Context } from "../context.ts";
import { CoreError } from "../utils/core-error.ts";
import { checkWorkspace } from "../utils/files/record-path.ts";
import { instructions } from "./instructions.ts";
import { fixArguments, type Offer, selectTools } from "./offer.ts";
import { renderAnswer, renderError } from "./render.ts";
import { serveResources } from "./resources/serve-resources.ts";
import { servePrompts } from "./serve-prompts.ts";

/** Only serves to validate clients' answers, and we ask clients nothing: the build leaves the SDK's validator out. */
const jsonSchemaValidator: JsonSchemaValidator = {
  getValidator: () => {
    throw new Error("No client is asked for anything.");
  },
};

const capabilities = {
  tools: {},
  resources: { subscribe: true, listChanged: true },
  prompts: {},
  completions: {},
};

/** The parts of a server. */
export interface ServerParts {
  /** Every tool, as tools/list shows it. */
  listed: ListedTool[];
  /** Loads the tools themselves; called with the first tool call. */
  loadTools: () => Promise<readonly AnyTool[]>;
  offer: Offer;
  /** The text that teaches the workflow. */
  skill: URL;
  /** The script of the comparison's app. */
  app: URL;
}

/** Creates the MCP server. `shared` is the context of every call, except for its own signal and progress. */
export function createServer(
  { listed, loadTools, offer, skill, app }: ServerParts,
  shared: Omit<Context, "signal" | "progress">,
): Server {
  const { name, version, homepage: websiteUrl } = packageJson;
  const options = { capabilities, instructions, jsonSchemaValidator };
  const server = new Server({ name, title: "Lakebase experiments", version, websiteUrl }, options);

  serveResources(server, shared.workspace, app);
  servePrompts(server, skill);

  const offered = selectTools(listed, offer);
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: offered }));

  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendNotification, _meta }) => {
    // A call for many experiments waits for all of them with the same signal.
    setMaxListeners(0, signal);
    const token = _meta?.progressToken;
    const progress: Context["progress"] = (message, done, total) => {
      if (token === undefined || signal.aborted) return;
      const notification = { progressToken: token, progress: done, total, message };
      void sendNotification({ method: "notifications/progress", params: notification }).catch(() => {});
    };
    try {
      if (!offered.some(({ name }) => name === params.name)) throw unknownTool(params.name);
      const tools = await loadTools();
      const tool = tools.find(({ name }) => name === params.name);
      if (tool === undefined) throw unknownTool(params.name);
      checkWorkspace(shared.workspace);
      const attachments: Attachment[] = [];
      const attach = (attachment: Attachment) => void attachments.push(attachment);
      const args = fixArguments(tool.input.shape, params.arguments ?? {}, offer);
      const answer = await tool.call(args, { ...shared, signal, progress }, attach);
      return await renderAnswer(answer, attachments);
    } catch (error) {
      return renderError(error);
    }
  });
  return server;
}

function unknownTool(name: string): CoreError {
  return new CoreError("unknown_tool", `There is no tool ${name}.`, {
    hint: "tools/list names the available ones.",
  });
}
