import { deserializeMessage } from "@modelcontextprotocol/sdk/shared/stdio.js";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { checkMessage } from "../../src/mcp/check-message.ts";

const answerSchema = z.object({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string(), z.number(), z.null()]),
  error: z.object({ code: z.number(), message: z.string() }),
});

/** What a line is answered with: nothing if it is passed on, "" if it is dropped. */
function check(line: string | object) {
  const bytes = Buffer.from(typeof line === "string" ? line : JSON.stringify(line));
  const answer = checkMessage(bytes, { isTooLong: false, size: bytes.length });
  return answer === undefined || answer === "" ? answer : answerSchema.parse(JSON.parse(answer));
}

const request = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const notification = { jsonrpc: "2.0", method: "notifications/initialized" };

describe("a message that is passed on can be read by the SDK:", () => {
  test.each<[string, object]>([
    ["a request", request],
    ["a request with parameters", { ...request, params: { cursor: "2" } }],
    ["a request that asks for progress", { ...request, params: { _meta: { progressToken: "a" } } }],
    ["a request whose id is text", { ...request, id: "" }],
    ["a request whose id is negative", { ...request, id: -1 }],
    ["a notification", notification],
    ["an answer", { jsonrpc: "2.0", id: 1, result: {} }],
    ["an answer that refuses", { jsonrpc: "2.0", id: 1, error: { code: 1, message: "no" } }],
  ])("%s", (_what, message) => {
    expect(check(message)).toBeUndefined();
    expect(() => deserializeMessage(JSON.stringify(message))).not.toThrow();
  });
});

describe("a request that the SDK would leave unanswered is answered by its id:", () => {
  test.each<[string, object, string]>([
    ["no method", { jsonrpc: "2.0", id: 1 }, "method does not conform"],
    ["an unknown member", { ...request, extra: 1 }, 'Unrecognized key: "extra"'],
    ["a result of its own", { ...request, result: {} }, 'Unrecognized key: "result"'],
    ["parameters that are null", { ...request, params: null }, "params does not conform"],
    ["parameters that are a list", { ...request, params: [] }, "params does not conform"],
    ["metadata that are null", { ...request, params: { _meta: null } }, "params._meta does not conform"],
    [
      "a progress token that is a fraction",
      { ...request, params: { _meta: { progressToken: 1.5 } } },
      "params._meta.progressToken does not conform",
    ],
    ["another protocol", { ...request, jsonrpc: "1.0" }, "jsonrpc does not conform"],
  ])("%s", (_what, message, reason) => {
    expect(check(message)).toMatchObject({
      id: 1,
      error: { code: -32_600, message: expect.stringContaining(reason) },
    });
    expect(() => deserializeMessage(JSON.stringify(message))).toThrow();
  });
});

describe("a request that asks for something in the wrong form is answered with where:", () => {
  test.each<[string, object, string]>([
    ["tools/call", { name: "check_setup", arguments: [] }, "params.arguments does not conform to tools/call"],
    ["tools/call", { arguments: {} }, "params.name does not conform"],
    ["tools/list", { cursor: 1 }, "params.cursor does not conform"],
    ["resources/read", {}, "params.uri does not conform"],
    ["resources/subscribe", { uri: 1 }, "params.uri does not conform"],
    ["prompts/get", { name: "compare_designs", arguments: { goal: 1 } }, "params.arguments.goal does not"],
    ["completion/complete", { ref: { type: "ref/prompt", name: "x" } }, "params.argument does not conform"],
    ["initialize", { protocolVersion: "2025-11-25", capabilities: {} }, "params.clientInfo does not"],
  ])("%s with %j", (method, params, reason) => {
    expect(check({ ...request, method, params })).toMatchObject({
      id: 1,
      error: { code: -32_602, message: expect.stringContaining(reason) },
    });
  });

  test("an unknown method and a notification are left to the SDK", () => {
    expect(check({ ...request, method: "constructor", params: { a: 1 } })).toBeUndefined();
    expect(check({ ...notification, method: "tools/call", params: { name: 1 } })).toBeUndefined();
  });
});

describe("without a usable id, the answer has none:", () => {
  test.each<[string, string, number]>([
    ["null as the id", JSON.stringify({ ...request, id: null }), -32_600],
    ["a list as the id", JSON.stringify({ ...request, id: [1] }), -32_600],
    [
      "an id beyond what numbers can tell apart",
      JSON.stringify(request).replace("1", "9007199254740993"),
      -32_600,
    ],
    ["a batch", JSON.stringify([request]), -32_600],
    ["null", "null", -32_600],
    ["a number", "5", -32_600],
    ["an empty object", "{}", -32_600],
    ["a notification with an unknown member", JSON.stringify({ ...notification, extra: 1 }), -32_600],
    ["half of a message", JSON.stringify(request).slice(0, -5), -32_700],
    ["two messages", JSON.stringify(request).repeat(2), -32_700],
    ["a header", "Content-Length: 40", -32_700],
    ["bytes that are no text", "\u0000\u0001", -32_700],
  ])("%s", (_what, line, code) => {
    expect(check(line)).toMatchObject({ id: null, error: { code } });
  });
});

test.each(["", " ", "\r", "\t\r"])("drops the empty line %j", (line) => {
  expect(check(line)).toBe("");
});

test.each<object>([
  { jsonrpc: "2.0", id: 1, result: 5 },
  { jsonrpc: "2.0", id: 1, result: null },
  { jsonrpc: "2.0", id: 1, error: "no" },
  { jsonrpc: "2.0", id: null, error: { code: -32_700, message: "not JSON" } },
])("drops the answer %j, which nobody waits for and which must not be answered", (message) => {
  expect(check(message)).toBe("");
});

test.each([
  ['{"jsonrpc":"2.0","id":3,"method":"m","params":{"__proto__":{"a":1}}}', 3],
  ['{"jsonrpc":"2.0","id":3,"method":"m","params":{"a":[{"\\u005f_proto__":1}]}}', 3],
  ['{"__proto__":{"jsonrpc":"2.0"},"id":3}', 3],
])("refuses a key __proto__ in %s", (line, id) => {
  expect(check(line)).toMatchObject({ id, error: { message: "A key __proto__ is not allowed." } });
});

test("takes __proto__ as a value", () => {
  expect(check({ ...request, params: { name: "__proto__" } })).toBeUndefined();
});

describe("of a message that is too long, the id is found", () => {
  const middle = "x".repeat(50);
  test.each<[string, string, unknown]>([
    ["first", `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":"${middle}`, 7],
    ["before the protocol", `{"id":"a-1","jsonrpc":"2.0","method":"m","params":"${middle}`, "a-1"],
    ["after the method", `{"method":"m", "jsonrpc":"2.0", "id": -7, "params":"${middle}`, -7],
    ["last", `{"jsonrpc":"2.0","method":"m","params":"${middle}"},"id":9}`, 9],
    ["next to last", `{"method":"m","params":"${middle}"},"id":9,"jsonrpc":"2.0"}\r`, 9],
    ["escaped", `{"id":"a\\"b","method":"m","params":"${middle}`, 'a"b'],
    ["nowhere", `{"jsonrpc":"2.0","method":"m","params":"${middle}"}`, null],
    ["only inside of its parameters", `{"method":"m","params":{"id":5,"text":"${middle}"}}`, null],
  ])("%s", (_where, text, id) => {
    const answer = checkMessage(Buffer.from(text), { isTooLong: true, size: 11_000_000 }) ?? "";
    expect(answerSchema.parse(JSON.parse(answer))).toMatchObject({
      id,
      error: { code: -32_600, message: expect.stringContaining("11000000 bytes") },
    });
  });
});
