import * as z from "zod";
import type { Hands } from "../agent/hands.ts";
import type { ModelTool } from "./converse.ts";

interface HandTool {
  tool: ModelTool;
  use: (input: unknown) => Promise<string>;
}

/** What a coding agent has in addition to the server's tools. */
export function createHandTools(hands: Hands): HandTool[] {
  return [
    defineHandTool("read_file", "Read a file.", { path: absolute }, ({ path }) => hands.read(path)),
    defineHandTool(
      "write_file",
      "Write a file.",
      { path: absolute, content: z.string() },
      async ({ path, content }) => {
        await hands.write(path, content);
        return "Written.";
      },
    ),
    defineHandTool(
      "run_command",
      "Run a command in a shell.",
      { directory: absolute, command: z.string() },
      ({ directory, command }) => hands.run(directory, command),
    ),
  ];
}

const absolute = z.string().describe("Absolute path");

function defineHandTool<Shape extends z.ZodRawShape>(
  name: string,
  description: string,
  shape: Shape,
  use: (input: z.infer<z.ZodObject<Shape>>) => Promise<string>,
): HandTool {
  const schema = z.object(shape);
  const input_schema = z.toJSONSchema(schema);
  return { tool: { name, description, input_schema }, use: async (input) => use(schema.parse(input)) };
}
