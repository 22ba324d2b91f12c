import { expect, test } from "vitest";
import { nameSome } from "../../../src/utils/text/name-some.ts";
import { onOneLine } from "../../../src/utils/text/printable.ts";

test.each([
  [[], 2, ""],
  [["a"], 2, "a"],
  [["a", "b"], 2, "a, b"],
  [["a", "b", "c"], 2, "a, b and 1 more"],
  [["a", "b", "c", "d"], 2, "a, b and 2 more"],
])("%j, at most %i of them, are named %j", (names, most, text) => {
  expect(nameSome(names, most)).toBe(text);
});

test.each([
  ["a\r\nb\tc\n\n d", "a b c d"],
  ["\u001b]8;;http://x.test\u0007link\u001b]8;;\u0007", "link"],
  ["a\u0000b\u0085c", "a b c"],
  ["\u2028a\u2029b", "a b"],
  ["abc\u202edcba\u202c\u2067x\u2069", "abcdcbax"],
  ["", ""],
  [" \n ", ""],
])("%j is shown on one line as %j", (text, line) => {
  expect(onOneLine(text)).toBe(line);
});
