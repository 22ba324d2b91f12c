import { expect, test } from "vitest";
import { startServer } from "../support/server.ts";

test("each tool's schema is as it was", async () => {
  const { client } = await startServer();
  const { tools } = await client.listTools();
  for (const tool of tools) {
    await expect(`${JSON.stringify(tool, null, 2)}\n`).toMatchFileSnapshot(`snapshots/${tool.name}.json`);
  }
});

test("the whole list costs an agent at most 12,000 bytes", async () => {
  const { client } = await startServer();
  expect(Buffer.byteLength(JSON.stringify(await client.listTools()))).toBeLessThanOrEqual(12_000);
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
    expect(outputSchema).toMatchObject({ type: "object" });
    expect(JSON.stringify(inputSchema)).not.toMatch(/anyOf|oneOf|allOf|\$ref/);
  }
});
