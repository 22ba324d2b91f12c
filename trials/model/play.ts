import type { LocalTools } from "../agent/local-tools.ts";
import { ClientDied, type Result, type Session } from "../agent/session.ts";
import type { Player } from "../run-trial.ts";
import { type Block, converse, type Model, type ModelTool } from "./converse.ts";
import { createLocalModelTools } from "./local-model-tools.ts";

/** A trial in which a model has sent this many messages without finishing has failed. */
const mostTurns = 80;

/** Lets a model play: it gets the goal, the server's tools and instructions, and local tools. */
export const playWithModel =
  (model: Model): Player =>
  async ({ goal }, session, localTools) => {
    const use = createUse(session, localTools);
    const tools: ModelTool[] = [
      ...session.tools.map(({ name, description = "", inputSchema }) => ({
        ...{ name, description, input_schema: inputSchema },
      })),
      ...createLocalModelTools(localTools).map(({ tool }) => tool),
    ];
    const system = `You are a coding agent. You are done when the user's request is carried out; nobody answers questions.\n\n${session.instructions}`;
    const messages: object[] = [{ role: "user", content: goal }];
    for (let turn = 0; turn < mostTurns; turn += 1) {
      const { content } = await converse(model, { system, tools, messages });
      messages.push({ role: "assistant", content });
      const results: object[] = [];
      for (const call of content.filter(isCall)) results.push(await use(call));
      if (results.length === 0) return;
      messages.push({ role: "user", content: results });
    }
    throw new Error(`The model came to no end in ${mostTurns} turns.`);
  };

type ToolCall = Extract<Block, { type: "tool_use" }>;

function isCall(block: Block): block is ToolCall {
  return block.type === "tool_use";
}

function createUse(session: Session, localTools: LocalTools) {
  const localModelTools = createLocalModelTools(localTools);
  return async ({ id, name, input }: ToolCall) => {
    const reply = (content: unknown, is_error = false) => ({
      ...{ type: "tool_result", tool_use_id: id, content, is_error },
    });
    try {
      const local = localModelTools.find(({ tool }) => tool.name === name);
      if (local !== undefined) return reply(await local.use(input));
      const { content, isError } = await session.call(name, input);
      return reply(content.map(translate), isError);
    } catch (error) {
      if (error instanceof ClientDied) throw error;
      return reply(error instanceof Error ? error.message : String(error), true);
    }
  };
}

/** Converts a block of MCP to the model's API. */
function translate({ type, text, data, mimeType }: Result["content"][number]): object {
  if (type === "text") return { type, text };
  if (type === "image") return { type, source: { type: "base64", media_type: mimeType, data } };
  return { type: "text", text: `A ${type} that this client does not show.` };
}
