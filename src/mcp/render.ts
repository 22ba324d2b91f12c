import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { describeError } from "../utils/describe-error.ts";

/** A typed answer: as structured content, and the same as text for clients that read only that. */
export function renderAnswer(answer: Record<string, unknown>): CallToolResult {
  return { content: [{ type: "text", text: JSON.stringify(answer) }], structuredContent: answer };
}

/** An error. As text alone: clients hold structured content to the schema of a good answer. */
export function renderError(error: unknown): CallToolResult {
  return {
    content: [{ type: "text", text: JSON.stringify({ error: describeError(error) }) }],
    isError: true,
  };
}
