import { readFile } from "node:fs/promises";
import { parse as parseToml } from "smol-toml";
import { expect, test } from "vitest";
import * as z from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { toolGroups } from "../../tools/index.ts";

const { name } = packageJson;

/** What a client starts, whatever else it takes. The version stays open: a snippet is copied for years. */
const launch = { command: z.literal("npx"), args: z.tuple([z.literal("-y"), z.literal(name)]) };

const variables = z.enum(["LAKEBASE_WORKSPACE", "LAKEBASE_WORKTREES"]);
const environment = z.partialRecord(variables, z.string().min(1));

/** One server of ours and no other. */
const named = <Server extends z.ZodType>(server: Server) => z.strictObject({ [name]: server });

const typed = { type: z.literal("stdio"), ...launch };

/** The formats that clients document, by the heading in docs/clients.md: a key that is not in one would be ignored. */
const formats: Record<string, z.ZodType[]> = {
  "Fewer tools": [],
  Worktrees: [],
  "Claude Code": [
    z.strictObject({ mcpServers: named(z.strictObject(typed)) }),
    z.strictObject({ permissions: z.strictObject({ additionalDirectories: z.array(z.string()) }) }),
  ],
  "Claude Desktop": [z.strictObject({ mcpServers: named(z.strictObject({ ...launch, env: environment })) })],
  Cursor: [
    z.strictObject({ mcpServers: named(z.strictObject({ ...typed, env: environment })) }),
    z.strictObject({ additionalReadwritePaths: z.array(z.string()) }),
  ],
  "VS Code": [
    z.strictObject({ servers: named(z.strictObject({ ...typed, env: environment })) }),
    z.strictObject({ folders: z.array(z.strictObject({ path: z.string() })) }),
  ],
  Codex: [
    z.strictObject({
      mcp_servers: named(
        z.strictObject({
          ...launch,
          env: environment,
          startup_timeout_sec: z.number(),
          tool_timeout_sec: z.number(),
        }),
      ),
      sandbox_workspace_write: z.strictObject({ writable_roots: z.array(z.string()) }),
    }),
  ],
  Copilot: [
    z.strictObject({
      mcpServers: named(z.strictObject({ ...typed, env: environment, tools: z.tuple([z.literal("*")]) })),
    }),
  ],
  Gemini: [
    z.strictObject({
      mcpServers: named(z.strictObject({ ...launch, timeout: z.number() })),
      context: z.strictObject({ includeDirectories: z.array(z.string()) }),
    }),
  ],
};

test("every snippet of docs/clients.md has the form that its client documents", async () => {
  const sections = splitSections(await readFile("docs/clients.md", "utf8"));
  expect([...sections.keys()].filter((heading) => heading !== "For whoever publishes")).toEqual(
    Object.keys(formats),
  );
  for (const [heading, schemas] of Object.entries(formats)) {
    const snippets = readSnippets(sections.get(heading) ?? "");
    expect(snippets, heading).toHaveLength(schemas.length);
    for (const [index, schema] of schemas.entries())
      expect(schema.safeParse(snippets[index]).error?.issues, heading).toBeUndefined();
  }
});

test("every snippet of the README is also in docs/clients.md", async () => {
  const section = splitSections(await readFile("README.md", "utf8")).get("Add it to a client") ?? "";
  const known = (await readFile("docs/clients.md", "utf8")).replaceAll(/\s+/g, "");
  const blocks = readBlocks(section);
  expect(blocks.length).toBeGreaterThan(0);
  for (const { text } of blocks) expect(known).toContain(text.replaceAll(/\s+/g, ""));
});

test("npx finds a program with the package's own name", () => {
  expect(packageJson.bin).toHaveProperty(name, "dist/main.js");
});

test("docs/clients.md lists every group of tools", async () => {
  const section = splitSections(await readFile("docs/clients.md", "utf8")).get("Fewer tools") ?? "";
  for (const group of Object.keys(toolGroups)) expect(section).toContain(`\`${group}\``);
});

/** The text under each heading of the second level. */
function splitSections(text: string): Map<string, string> {
  const parts = text.split(/^## /m).slice(1);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf("\n")), part]));
}

function readBlocks(section: string): { language: string; text: string }[] {
  return [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", text = ""]) => ({
    language,
    text,
  }));
}

/** What a section's snippets hold, shell commands left out. */
function readSnippets(section: string): unknown[] {
  return readBlocks(section).flatMap(({ language, text }) => {
    if (language === "sh") return [];
    return language === "toml" ? [parseToml(text)] : [JSON.parse(text)];
  });
}
