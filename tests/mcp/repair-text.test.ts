import { expect, test } from "vitest";
import { repairText } from "../../src/mcp/repair-text.ts";

const repair = (text: string) => repairText({ jsonrpc: "2.0", id: 1, result: { [text]: text } });

test.each([
  ["a\ud83d", "a\ufffd"],
  ["\ude00b", "\ufffdb"],
  ["\ud83d\ud83d\ude00", "\ufffd\ud83d\ude00"],
  ["\\\ud83d\\", "\\\ufffd\\"],
])("replaces half of a surrogate pair in %j", (text, repaired) => {
  expect(repair(text)).toEqual({ jsonrpc: "2.0", id: 1, result: { [repaired]: repaired } });
});

test.each(["😀", "\\ud83d", "\\\\ud83d", "d83d\u0000\n"])("leaves %j alone", (text) => {
  expect(repair(text)).toEqual({ jsonrpc: "2.0", id: 1, result: { [text]: text } });
});
