import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { errorSchema } from "../../schemas/error.ts";
import { anyJson, anyPath, anyText, tries } from "../support/fuzz.ts";
import { startServer } from "../support/server.ts";

const listedSchema = z.object({
  tools: z.array(
    z.object({
      name: z.string(),
      inputSchema: z.looseObject({ properties: z.record(z.string(), z.unknown()) }),
    }),
  ),
});

const answerSchema = z.object({
  isError: z.boolean().optional(),
  structuredContent: z.unknown().optional(),
});

/** Input as an agent may get it wrong: known names with any values, and a name that is not known. */
function inputs(names: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const value = fc.oneof(
    anyText,
    anyPath,
    fc.integer(),
    fc.double(),
    fc.boolean(),
    anyJson(names),
    fc.array(anyText, { maxLength: 3 }),
  );
  const known = fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] });
  return fc.oneof({ weight: 5, arbitrary: known }, fc.dictionary(anyText, value, { maxKeys: 4 }));
}

test("answers any input to any tool without an internal error, and writes only into .tdd", async () => {
  const server = await startServer();
  await mkdir(`${server.workspace}/.git`);
  const { tools } = listedSchema.parse(await server.client.listTools());
  const folder = dirname(server.workspace);
  const calls = fc.oneof(
    ...tools.map(({ name, inputSchema }) =>
      inputs(Object.keys(inputSchema.properties)).map((input) => ({ name, input })),
    ),
  );
  await fc.assert(
    fc.asyncProperty(calls, async ({ name, input }) => {
      const result = await server.client.callTool({ name, arguments: input }).catch(refuseMessage);
      const { isError, structuredContent } = answerSchema.parse(result);
      if (isError !== true) return;
      const { error } = z.object({ error: errorSchema }).parse(structuredContent);
      expect(error).not.toMatchObject({ code: "internal" });
      expect(error.hint).not.toBe("");
    }),
    tries(150),
  );
  expect(await readdir(folder)).toEqual(["shop"]);
  const made = existsSync(`${server.workspace}/.tdd`) ? [".git", ".tdd"] : [".git"];
  expect((await readdir(server.workspace)).sort()).toEqual(made);
});

/** A message that is none of the protocol's is refused as such. */
function refuseMessage(error: unknown): z.infer<typeof answerSchema> {
  expect(error).toMatchObject({ code: ErrorCode.InvalidRequest });
  return {};
}
