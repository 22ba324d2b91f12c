import { readFile } from "node:fs/promises";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  type Prompt,
} from "@modelcontextprotocol/sdk/types.js";
import { RequestError } from "./request-error.ts";

const compareDesigns: Prompt = {
  name: "compare_designs",
  title: "Compare designs",
  description: "Settle a design question by experiment, from the plan to the promotion of the best design.",
  arguments: [
    { name: "goal", description: "What is to be built or decided", required: true },
    { name: "designs", description: "The designs to compare, if you have some in mind" },
    { name: "feature_id", description: "Such as F1-checkout; default: one that fits the goal" },
  ],
};

/**
 * Serves the prompt that starts the workflow.
 * @param skill the SKILL.md that teaches it: the prompt repeats it, with a goal
 */
export function servePrompts(server: Server, skill: URL): void {
  server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: [compareDesigns] }));
  server.setRequestHandler(GetPromptRequestSchema, async ({ params }) => {
    if (params.name !== compareDesigns.name)
      throw new RequestError(
        ErrorCode.InvalidParams,
        `There is no prompt ${params.name}. prompts/list names the existing ones.`,
      );
    const { goal, designs, feature_id } = params.arguments ?? {};
    if (goal === undefined || goal.trim() === "")
      throw new RequestError(ErrorCode.InvalidParams, "goal is missing. Say what is to be built or decided.");
    const lines = [
      `Goal: ${goal}`,
      ...(designs === undefined ? [] : [`Designs to compare: ${designs}`]),
      ...(feature_id === undefined ? [] : [`feature_id: ${feature_id}`]),
      "",
      withoutFrontMatter(await readFile(skill, "utf8")),
    ];
    const content = { type: "text" as const, text: lines.join("\n") };
    return { description: compareDesigns.description, messages: [{ role: "user", content }] };
  });
}

function withoutFrontMatter(text: string): string {
  return text.replace(/^---\n.*?\n---\n/s, "").trim();
}
