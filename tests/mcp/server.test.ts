import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Offer } from "../../src/mcp/offer.ts";
import { CoreError } from "../../src/utils/core-error.ts";
import { type AnyTool, defineTool, reads, writesRecords } from "../../tools/support/define-tool.ts";
import { featureId, nextStep } from "../../tools/support/fields.ts";
import { openSession } from "./in-process.ts";

const output = z.object({ said: z.unknown().optional(), next_step: nextStep });

const echo = defineTool({
  name: "echo_input",
  description: "Echoes its input.",
  annotations: reads,
  input: z.strictObject({
    feature_id: featureId,
    count: z.number().int().min(1).max(9).optional().describe("How many"),
    names: z.array(z.string().min(1)).min(1).optional(),
  }),
  output: z.object({
    said: z.object({ deep: z.object({ deeper: z.string() }) }),
    kind: z.enum(["a", "b"]).optional(),
    tags: z.array(z.string()).optional(),
    rows: z.array(z.object({ n: z.number() })).optional(),
    next_step: nextStep,
  }),
  app: "comparison",
  handler: async (input) => ({ said: { deep: { deeper: JSON.stringify(input) } }, next_step: "Rest." }),
});

function act(name: string, handler: AnyTool["call"]): AnyTool {
  const tool = { name, description: "Acts.", annotations: writesRecords, input: z.strictObject({}), output };
  return { ...tool, call: handler };
}

const write = act("write_it", async () => ({ next_step: "Rest." }));

describe("tools/list", () => {
  test("shows types, without the bounds that a refused call explains", async () => {
    const { client } = await openSession([echo, write]);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["echo_input", "write_it"]);
    expect(tools[0]).toEqual({
      name: "echo_input",
      description: "Echoes its input.",
      annotations: reads,
      inputSchema: {
        type: "object",
        properties: {
          feature_id: { type: "string", description: "Feature name" },
          count: { type: "integer", description: "How many" },
          names: { type: "array", items: { type: "string" } },
        },
        required: ["feature_id"],
        additionalProperties: false,
      },
      outputSchema: {
        type: "object",
        properties: {
          said: { type: "object" },
          kind: { type: "string", enum: ["a", "b"] },
          tags: { type: "array", items: { type: "string" } },
          rows: { type: "array" },
          next_step: { type: "string" },
        },
      },
      _meta: { ui: { resourceUri: "ui://lakebase-experiments/comparison" } },
    });
    expect(tools[1]).not.toHaveProperty("_meta");
  });

  test.each<[Partial<Offer>, string[]]>([
    [{ isReadOnly: true }, ["echo_input"]],
    [{ names: new Set(["write_it"]) }, ["write_it"]],
    [{ isReadOnly: true, names: new Set(["write_it"]) }, []],
    [{ names: new Set(["nope"]) }, []],
  ])("of a session that offers %j", async (offer, names) => {
    const { client, loads } = await openSession([echo, write], offer);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(names);
    for (const name of ["echo_input", "write_it"].filter((each) => !names.includes(each))) {
      const answer = await client.callTool({ name });
      expect(answer).toMatchObject({ isError: true, structuredContent: { error: { code: "unknown_tool" } } });
    }
    expect(loads).toEqual([]);
  });
});

describe("a call", () => {
  const call = async (tool: AnyTool, args: Record<string, unknown> = {}) => {
    const { client } = await openSession([tool]);
    return client.callTool({ name: tool.name, arguments: args });
  };

  test("is answered with data, and with the same as text", async () => {
    const answer = await call(echo, { feature_id: "F1", count: 3 });
    expect(answer.structuredContent).toEqual({
      said: { deep: { deeper: '{"feature_id":"F1","count":3}' } },
      next_step: "Rest.",
    });
    expect(answer.content).toEqual([
      { type: "text", text: expect.stringMatching(/<data-\w+>\n[\s\S]*F1[\s\S]*\nNext step: Rest\.$/) },
    ]);
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{}, /feature_id: expected a string/],
    [{ feature_id: "../F" }, /feature_id: feature_id must start with/],
    [{ feature_id: "F1", count: 0 }, /count: /],
    [{ feature_id: "F1", count: 10 }, /count: /],
    [{ feature_id: "F1", count: 1.5 }, /count: /],
    [{ feature_id: "F1", count: "3" }, /count: expected a number/],
    [{ feature_id: "F1", names: [] }, /names: /],
    [{ feature_id: "F1", names: ["a", ""] }, /names\.1: /],
    [{ feature_id: "F1", counts: 3 }, /unknown key "counts"\. Did you mean "count"\?/],
    [{ feature_id: null, count: null }, /feature_id: .*null.*count: /],
  ])("with %j is refused by the names of the fields", async (args, message) => {
    expect(await call(echo, args)).toMatchObject({
      isError: true,
      structuredContent: {
        error: { code: "invalid_input", message: expect.stringMatching(message), retryable: false },
      },
    });
  });

  test.each([
    [
      "an error of ours",
      new CoreError("disk_full", "The disk is full.", { hint: "Free some.", retryable: true }),
      { code: "disk_full", message: "The disk is full.", hint: "Free some.", retryable: true },
    ],
    [
      "trouble of the machine",
      Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" }),
      { code: "too_many_open_files", retryable: true },
    ],
    ["a defect", new TypeError("x is not a function"), { code: "internal", message: "x is not a function" }],
    ["a text", "no", { code: "internal", message: "no" }],
  ])("that ends with %s is answered with it", async (_what, thrown, error) => {
    const answer = await call(act("fail", () => Promise.reject(thrown)));
    expect(answer).toMatchObject({ isError: true, structuredContent: { error } });
  });

  test("may attach images and links to resources", async () => {
    const answer = await call(
      act("attach", async (_input, _context, attach) => {
        attach({ kind: "image", bytes: Buffer.from("png"), media_type: "image/png" });
        attach({ kind: "resource", name: "plan", variables: { feature_id: "F1" } });
        return { next_step: "Look." };
      }),
    );
    expect(answer.content).toMatchObject([
      { type: "text" },
      { type: "image", data: Buffer.from("png").toString("base64"), mimeType: "image/png" },
      { type: "resource_link", uri: "lakebase://features/F1/plan.json", mimeType: "application/json" },
    ]);
  });

  test("reports its progress only if it was asked for", async () => {
    const tool = act("work", async (_input, { progress }) => {
      progress("half", 1, 2);
      progress("done", 2, 2);
      return { next_step: "Rest." };
    });
    const { client } = await openSession([tool]);
    const seen: unknown[] = [];
    await client.callTool({ name: "work" });
    await client.callTool({ name: "work" }, undefined, { onprogress: (each) => seen.push(each) });
    expect(seen).toEqual([
      { progress: 1, total: 2, message: "half" },
      { progress: 2, total: 2, message: "done" },
    ]);
  });

  test("ends when the client cancels it", async () => {
    const states: string[] = [];
    const tool = act("wait", async (_input, { signal }) => {
      states.push("begun");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      states.push("ended");
      return { next_step: "Rest." };
    });
    const { client } = await openSession([tool]);
    const controller = new AbortController();
    const waiting = client.callTool({ name: "wait" }, undefined, { signal: controller.signal });
    await expect.poll(() => states).toEqual(["begun"]);
    controller.abort("enough");
    await expect(waiting).rejects.toThrow("enough");
    await expect.poll(() => states).toEqual(["begun", "ended"]);
  });
});

describe("a session about one feature", () => {
  test("asks for it nowhere, adds it everywhere, and refuses another", async () => {
    const { client } = await openSession([echo, write], { feature_id: "F7" });
    const { tools } = await client.listTools();
    expect(tools[0]?.inputSchema).toMatchObject({ properties: { count: { type: "integer" } } });
    expect(tools[0]?.inputSchema).not.toHaveProperty("properties.feature_id");
    expect(tools[0]?.inputSchema).not.toHaveProperty("required");
    const call = (name: string, args: Record<string, unknown>) => client.callTool({ name, arguments: args });
    for (const args of [{}, { feature_id: "F7" }])
      expect(JSON.stringify(await call("echo_input", args))).toContain("F7");
    expect(await call("echo_input", { feature_id: "F8" })).toMatchObject({
      structuredContent: { error: { code: "invalid_input", hint: "Omit feature_id." } },
    });
    expect(await call("write_it", {})).not.toHaveProperty("isError");
  });
});

describe("the prompt", () => {
  const get = async (args: Record<string, string>) => {
    const { client } = await openSession([]);
    const { messages } = await client.getPrompt({ name: "compare_designs", arguments: args });
    return messages.map(({ content }) => (content.type === "text" ? content.text : "")).join();
  };

  test.each<[Record<string, string>, string]>([
    [{ goal: "a cart" }, "Goal: a cart\n\n# Compare designs\n\nCall create_plan."],
    [
      { goal: "a cart", designs: "rows, or a document", feature_id: "F7" },
      "Goal: a cart\nDesigns to compare: rows, or a document\nfeature_id: F7\n\n# Compare designs\n\nCall create_plan.",
    ],
  ])("for %j states it, and then the skill without its front matter", async (args, text) => {
    expect(await get(args)).toBe(text);
  });

  test("is the only one", async () => {
    const { client } = await openSession([]);
    await expect(client.getPrompt({ name: "other" })).rejects.toMatchObject({
      code: -32_602,
      message: expect.stringContaining("There is no prompt other."),
    });
  });

  test("needs a goal", async () => {
    await expect(get({})).rejects.toMatchObject({ code: -32_602 });
    for (const args of [{ goal: "" }, { goal: " \n" }])
      await expect(get(args)).rejects.toMatchObject({
        code: -32_602,
        message: expect.stringContaining("goal"),
      });
  });
});
