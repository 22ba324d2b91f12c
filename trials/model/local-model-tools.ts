import * as z from "zod";
import type { LocalTools } from "../agent/local-tools.ts";
import type { ModelTool } from "./converse.ts";

interface LocalModelTool {
  tool: ModelTool;
  use: (input: unknown) => Promise<string>;
}

/** Describes the local tools to a model, in addition to the server's tools. */
export function createLocalModelTools(localTools: LocalTools): LocalModelTool[] {
  return [
    defineTool("read_file", "Read a file.", { path: absolute }, ({ path }) => localTools.read(path)),
    defineTool(
      "write_file",
      "Write a file.",
      { path: absolute, content: z.string() },
      async ({ path, content }) => {
        await localTools.write(path, content);
        return "Written.";
      },
    ),
    defineTool(
      "run_command",
      "Run a command in a shell.",
      { directory: absolute, command: z.string() },
      ({ directory, command }) => localTools.run(directory, command),
    ),
  ];
}

const absolute = z.string().describe("Absolute path");

function defineTool<Shape extends z.ZodRawShape>(
  name: string,
  description: string,
  shape: Shape,
  use: (input: z.infer<z.ZodObject<Shape>>) => Promise<string>,
): LocalModelTool {
  const schema = z.object(shape);
  const input_schema = z.toJSONSchema(schema);
  return { tool: { name, description, input_schema }, use: async (input) => use(schema.parse(input)) };
}
