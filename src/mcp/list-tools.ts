import { type Tool as ListedTool, ToolSchema } from "@modelcontextprotocol/sdk/types.js";
import * as z from "zod";
import type { AnyTool, App } from "../../tools/support/define-tool.ts";
import { comparisonApp } from "./app/comparison-app.ts";

const apps: Record<App, string> = { comparison: comparisonApp };

/** Lists the tools for tools/list. Every session of an agent pays for every byte of it. */
export function listTools(tools: readonly AnyTool[]): ListedTool[] {
  return tools.map(({ name, description, annotations, input, output, app }) => ({
    name,
    description,
    annotations: { ...annotations },
    inputSchema: ToolSchema.shape.inputSchema.parse(buildInputSchema(input)),
    outputSchema: ToolSchema.shape.outputSchema.parse(buildOutputSchema(output)),
    ...(app !== undefined && { _meta: { ui: { resourceUri: apps[app] } } }),
  }));
}

/** Omits patterns and bounds: a call that violates them is answered with the reason. */
function buildInputSchema(schema: z.ZodObject) {
  const { $schema, ...listed } = z.toJSONSchema(schema, {
    io: "input",
    override: ({ jsonSchema }) => {
      delete jsonSchema.pattern;
      delete jsonSchema.minLength;
      delete jsonSchema.maxLength;
      delete jsonSchema.minItems;
      delete jsonSchema.maxItems;
      delete jsonSchema.minimum;
      delete jsonSchema.maximum;
    },
  });
  return listed;
}

/** Lists an answer's top-level fields with their types. Nested ones are shown by the answer itself. */
function buildOutputSchema(schema: z.ZodObject) {
  const { properties = {} } = z.toJSONSchema(schema, { io: "output" });
  const fields = Object.entries(properties).map(([name, property]) => [name, shallowSchema.parse(property)]);
  return { type: "object", properties: Object.fromEntries(fields) };
}

const typeSchema = z.union([z.string(), z.array(z.string())]);

/**
 * Parsing with it drops everything nested deeper, and the type of items that are objects: the answer itself shows them.
 */
const shallowSchema = z.object({
  type: typeSchema.optional(),
  enum: z.array(z.string()).optional(),
  items: z
    .object({ type: z.enum(["string", "number", "integer"]) })
    .optional()
    .catch(undefined),
});
