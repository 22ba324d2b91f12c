import { ListToolsResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import * as z from "zod";
import { listTools } from "../../src/mcp/list-tools.ts";
import { tools } from "../../tools/index.ts";
import { startServer } from "../support/server.ts";

test("each tool's schema matches its snapshot", async () => {
  const { client } = await startServer();
  const { tools } = await client.listTools();
  for (const tool of tools) {
    await expect(`${JSON.stringify(tool, null, 2)}\n`).toMatchFileSnapshot(`snapshots/${tool.name}.json`);
  }
});

test("the list follows the specification, and is always the same", async () => {
  const list = async () => (await startServer()).client.request({ method: "tools/list" }, z.unknown());
  const [first, second] = [await list(), await list()];
  expect(JSON.stringify(first)).toBe(JSON.stringify(second));
  const { tools } = ListToolsResultSchema.parse(first);
  expect({ tools }).toEqual(first);
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  for (const { inputSchema, outputSchema = {} } of tools)
    for (const schema of [inputSchema, outputSchema]) expect(() => ajv.compile(schema)).not.toThrow();
});

test("the tools cost an agent no more than the limit", async () => {
  const { client } = await startServer();
  const { tools } = await client.listTools();
  const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
  const given = tools.map(({ name, description, inputSchema }) => ({
    name,
    input: bytes({ name, description, inputSchema }),
    whole: bytes(tools.find((tool) => tool.name === name)),
  }));
  const instructions = Buffer.byteLength(client.getInstructions() ?? "");
  const table = given.map(
    ({ name, input, whole }) => `${name.padEnd(24)}${String(input).padStart(6)}${String(whole).padStart(7)}`,
  );
  process.stdout.write(
    `bytes per tool: name, description and input; whole\n${table.join("\n")}\ninstructions ${instructions}\n`,
  );
  expect(instructions).toBeLessThanOrEqual(2_048);
  expect(given.reduce((sum, { input }) => sum + input, instructions)).toBeLessThanOrEqual(12_000);
  expect(bytes({ tools })).toBeLessThanOrEqual(20_000);
});

test("every tool has four annotations, a short name, and objects without unions", async () => {
  const { client } = await startServer();
  const { tools } = await client.listTools();
  expect(tools.length).toBeGreaterThanOrEqual(10);
  for (const { name, annotations, inputSchema, outputSchema } of tools) {
    expect(name).toMatch(/^[a-z]+(_[a-z]+)+$/);
    expect(name.length).toBeLessThanOrEqual(32);
    expect(Object.values(annotations ?? {}).filter((value) => typeof value === "boolean")).toHaveLength(4);
    expect(inputSchema).toMatchObject({ type: "object", properties: {}, additionalProperties: false });
    expect(outputSchema).toMatchObject({ type: "object", properties: { next_step: { type: "string" } } });
    expect(JSON.stringify(inputSchema)).not.toMatch(/anyOf|oneOf|allOf|\$ref/);
  }
});

test("every tool begins with a verb, and describes each of its input fields", () => {
  const verbs =
    /^(Cancel|Check|Clean|Close|Compare|Create|Delete|End|List|Merge|Read|Record|Run|Show|Store|Wait|Write) /;
  const silent = listTools(tools).flatMap(({ inputSchema: { properties = {} }, ...tool }) =>
    Object.entries(properties).flatMap(([field, schema]) =>
      "description" in schema ? [] : [`${tool.name}.${field}`],
    ),
  );
  expect(silent).toEqual([]);
  expect(tools.flatMap(({ name, description }) => (verbs.test(description) ? [] : [name]))).toEqual([]);
});
