import { type Tool as ListedTool, ToolSchema } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import type { AnyTool } from "../../tools/define-tool.ts";

/** The tools as tools/list shows them. Every byte of it is paid for in each of an agent's sessions. */
export function listTools(tools: readonly AnyTool[]): ListedTool[] {
  return tools.map(({ name, description, annotations, input, output }) => ({
    name,
    description,
    annotations: { ...annotations },
    inputSchema: ToolSchema.shape.inputSchema.parse(jsonSchemaOf(input, "input")),
    outputSchema: ToolSchema.shape.outputSchema.parse(jsonSchemaOf(output, "output")),
  }));
}

/** Patterns and the bounds of a double are left out: a call that breaks them is answered with the reason. */
function jsonSchemaOf(schema: z.ZodObject, io: "input" | "output") {
  const { $schema, ...listed } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      delete jsonSchema.pattern;
      delete jsonSchema.propertyNames;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (io === "output" && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  });
  return listed;
}
