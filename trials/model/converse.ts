import * as z from "zod";

/** What a model says: text, or a tool call. Anything else is returned to it unchanged. */
const blockSchema = z.union([
  z.looseObject({ type: z.literal("text"), text: z.string() }),
  z.looseObject({
    type: z.literal("tool_use"),
    id: z.string(),
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
  }),
  z.looseObject({ type: z.string() }),
]);
export type Block = z.infer<typeof blockSchema>;

const messageSchema = z.object({ content: z.array(blockSchema), stop_reason: z.string().nullable() });

export interface ModelTool {
  name: string;
  description: string;
  input_schema: object;
}

/** A model behind the Messages API. */
export interface Model {
  name: string;
  key: string;
  /** The URL of the API. */
  url: string;
}

/** @throws TypeError if the environment has no key */
export function findModel(name: string, env: NodeJS.ProcessEnv): Model {
  const { ANTHROPIC_API_KEY: key = "", ANTHROPIC_BASE_URL: url = "https://api.anthropic.com" } = env;
  if (key === "") throw new TypeError("Set ANTHROPIC_API_KEY to run trials with a model.");
  return { name, key, url };
}

/** Returns the next message of a model. @throws Error with the API's message */
export async function converse(
  { name, key, url }: Model,
  { system, tools, messages }: { system: string; tools: ModelTool[]; messages: object[] },
): Promise<z.infer<typeof messageSchema>> {
  const response = await fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key, "anthropic-version": "2023-06-01" },
    body: JSON.stringify({ model: name, max_tokens: 8192, system, tools, messages }),
    signal: AbortSignal.timeout(300_000),
  });
  if (!response.ok) throw new Error(`The model's API answered ${response.status}: ${await response.text()}`);
  return messageSchema.parse(await response.json());
}
