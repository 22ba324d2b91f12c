import * as z from "zod";
import type { AnyTool } from "../../tools/support/define-tool.ts";
import { nameType, readFields, type TypeNode } from "./type-names.ts";

/** docs/tools.md: every tool with its fields, for people. */
export function renderToolReference(tools: readonly AnyTool[]): string {
  const sections = tools.map(({ name, description, annotations, input, output }) => {
    const { readOnlyHint, destructiveHint } = annotations;
    const kind = readOnlyHint === true ? "Read-only." : destructiveHint === true ? "Destructive." : "";
    const text = [description, kind].filter(Boolean).join(" ");
    const tables = [
      renderTable("Input", z.toJSONSchema(input, { io: "input" })),
      renderTable("Output", z.toJSONSchema(output, { io: "output" })),
    ];
    return `## ${name}\n\n${text}\n\n${tables.join("\n\n")}\n`;
  });
  return `# Tools\n\n${introduction}\n\n${sections.join("\n")}`;
}

const introduction = `Generated from the code by \`npm run docs\`; a test fails when it drifts.

A tool marked *read-only* changes nothing. One marked *destructive* can remove or end something when it is asked to; the
others only add. Fields with a \`?\` may be absent. Errors are described in [errors.md](errors.md).

An answer comes as structured content, and as text for clients that read only that. The text holds the same data as lines
and tables, between two marks that are new each time and appear nowhere else in it, and ends with the next step. Names of
tests, failures, logs, notes and artifacts come from code that ran: between the marks they are data, whatever they say. An
error comes in the same two forms, with its message between the marks. Plans, runs, artifacts and
comparisons also come as links to resources, which are meant for people.`;

function renderTable(title: string, schema: unknown): string {
  const fields = readFields(schema);
  if (fields.length === 0) return `${title}: none.`;
  const rows = fields.map(({ name, isRequired, node }) => {
    const cells = [`\`${name}${isRequired ? "" : "?"}\``, `\`${nameType(node)}\``, describeField(node)];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return `| ${title} | type | |\n|---|---|---|\n${rows.join("\n")}`;
}

function describeField({ description = "", minimum, maximum }: TypeNode): string {
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  const bounds = isBounded ? `${minimum ?? 0} to ${maximum}.` : "";
  return [description === "" ? "" : `${description.replace(/\.$/, "")}.`, bounds].filter(Boolean).join(" ");
}
