import { type Tool as ListedTool, ToolSchema } from "@modelcontextprotocol/sdk/types.js";
import * as z from "zod";
import type { AnyTool, App } from "../../tools/support/define-tool.ts";
import { comparisonApp } from "./app/comparison-app.ts";

const apps: Record<App, string> = { comparison: comparisonApp };

/** The tools as tools/list shows them. Every byte of it is paid for in each of an agent's sessions. */
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

/** Patterns and bounds are left out: a call that breaks them is answered with the reason. */
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

/** The fields of an answer with their types. What nests in them is named in the answer itself. */
function buildOutputSchema(schema: z.ZodObject) {
  const { properties = {} } = z.toJSONSchema(schema, { io: "output" });
  const fields = Object.entries(properties).map(([name, property]) => [name, shallowSchema.parse(property)]);
  return { type: "object", properties: Object.fromEntries(fields) };
}

const typeSchema = z.union([z.string(), z.array(z.string())]);

/** Parsing with it drops everything that lies deeper, and that items are objects: the answer itself shows them. */
const shallowSchema = z.object({
  type: typeSchema.optional(),
  enum: z.array(z.string()).optional(),
  items: z
    .object({ type: z.enum(["string", "number", "integer"]) })
    .optional()
    .catch(undefined),
});
