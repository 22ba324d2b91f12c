import { describe, expect, it } from "vitest";
import { readTap } from "../../src/reports/tap.ts";

describe("readTap", () => {
  it.each([
    ["a plan that was not met", "TAP version 13\n1..3\nok 1 - a\n", ["passed a", "failed (plan)"]],
    ["a bail-out", "1..2\nok 1 - a\nBail out! no database\n", ["passed a", "failed (bail out)"]],
    ["a plan of none", "1..0 # skip no database\n", []],
    ["a point without a name", "not ok 1\n1..1\n", ["failed test 1"]],
    ["a todo that fails", "not ok 1 - a # TODO later\n1..1\n", ["skipped a"]],
    [
      "a subtest that passed but was closed as failed",
      "# Subtest: a\n    ok 1 - b\n    1..1\nnot ok 1 - a\n1..1\n",
      ["passed a > b", "failed a"],
    ],
    [
      "a subtest that failed",
      "# Subtest: a\n    not ok 1 - b\n    1..1\nnot ok 1 - a\nok 2 - c\n1..2\n",
      ["failed a > b", "passed c"],
    ],
    ["output between the points", "hello\nok 1 - a\nworld\n1..1\n", ["passed a"]],
  ])("reads %s", (_what, text, expected) => {
    expect(readTap(text).cases.map((each) => `${each.status} ${each.name}`)).toEqual(expected);
  });

  it("does not expand aliases of a hostile diagnostic", () => {
    const aliases = Array.from({ length: 30 }, (_, n) => `  a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]`);
    const text = `not ok 1 - a\n  ---\n  a0: &a0 lol\n${aliases.join("\n")}\n  ...\n1..1\n`;
    expect(readTap(text).cases).toMatchObject([{ status: "failed", name: "a" }]);
  });
});
