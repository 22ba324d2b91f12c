import * as z from "zod";
import { listTools } from "../../src/mcp/list-tools.ts";
import type { AnyTool } from "../../tools/support/define-tool.ts";

const fieldsSchema = z.object({
  properties: z.record(z.string(), z.looseObject({})).default({}),
  required: z.array(z.string()).default([]),
});

/** docs/tools.md: every tool as tools/list shows it, for people. */
export function renderToolReference(tools: readonly AnyTool[]): string {
  const sections = listTools(tools).map((tool) => {
    const { readOnlyHint, destructiveHint } = tool.annotations ?? {};
    const kind =
      readOnlyHint === true ? "Reads only." : destructiveHint === true ? "Removes or ends something." : "";
    const text = [tool.description, kind].filter(Boolean).join(" ");
    return `## ${tool.name}\n\n${text}\n\n${renderFields("Takes", tool.inputSchema)}${renderFields("Gives", tool.outputSchema)}`;
  });
  return `# Tools\n\nGenerated from the code by \`npm run docs\`; a test fails when it drifts.\n\n${sections.join("\n")}`;
}

function renderFields(title: string, schema: unknown): string {
  const { properties, required } = fieldsSchema.parse(schema);
  const rows = Object.entries(properties).map(([name, field]) => {
    const mark = title === "Takes" && required.includes(name) ? " (required)" : "";
    const { description, ...type } = field;
    const cells = [
      `\`${name}\`${mark}`,
      `\`${JSON.stringify(describeType(type))}\``,
      String(description ?? ""),
    ];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  if (rows.length === 0) return `${title} nothing.\n\n`;
  return `| ${title} | type | |\n|---|---|---|\n${rows.join("\n")}\n\n`;
}

/** A lone `type` says itself. */
function describeType(type: Record<string, unknown>): unknown {
  return Object.keys(type).length === 1 && typeof type.type === "string" ? type.type : type;
}
