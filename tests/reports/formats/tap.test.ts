import { describe, expect, it } from "vitest";
import { readTap } from "../../../src/reports/formats/tap/tap.ts";

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
    [
      "a plan at the end with more after it",
      "ok 1 - a\n1..1\nnot ok 2 - b\n",
      ["passed a", "failed b", "failed (plan)"],
    ],
    [
      "a bail-out after a plan at the end",
      "ok 1 - a\n1..1\nBail out! gone\n",
      ["passed a", "failed (bail out)"],
    ],
    ["points beyond the plan", "1..1\nok 1 - a\nok 2 - b\n", ["passed a", "passed b", "failed (plan)"]],
    ["two documents with the plan first", "1..1\nok 1 - a\n1..1\nnot ok 1 - b\n", ["passed a", "failed b"]],
    ["two documents with the plan last", "ok 1 - a\n1..1\nnot ok 1 - b\n1..1\n", ["passed a", "failed b"]],
    ["a plan first, then a plan last", "1..1\nok 1 - a\nok 1 - b\n1..1\n", ["passed a", "passed b"]],
    ["a plan last, then a plan first", "ok 1 - a\n1..1\n1..1\nok 1 - b\n", ["passed a", "passed b"]],
    [
      "two documents with a version",
      "TAP version 13\nok 1 - a\n1..1\nTAP version 13\nnot ok 1 - b\n1..1\n",
      ["passed a", "failed b"],
    ],
    [
      "a second document that was cut off at once",
      "TAP version 13\nok 1 - a\n1..1\nTAP version 13\n",
      ["passed a", "failed (plan)"],
    ],
    ["a document of none, then one of some", "1..0 # skip\n1..1\nnot ok 1 - a\n", ["failed a"]],
    ["a script that died before its test", "1..1\n1..1\nok 1 - b\n", ["passed b", "failed (plan)"]],
    [
      "a subtest after a plan at the end",
      "ok 1 - a\n1..1\n# Subtest: b\n    not ok 1 - c\n    1..1\nnot ok 1 - b\n1..1\n",
      ["passed a", "failed b > c"],
    ],
    [
      "a plan at the end of a subtest with more after it",
      "# Subtest: a\n    ok 1 - b\n    1..1\n    not ok 2 - c\nok 1 - a\n1..1\n",
      ["passed a > b", "failed a > c", "failed a > (plan)"],
    ],
    [
      "numbers that begin again, as node:test writes them",
      "ok 1 - a\nok 2 - b\nok 2 - c\n1..3\n",
      ["passed a", "passed b", "passed c"],
    ],
    ["output between the points", "hello\nok 1 - a\nworld\n1..1\n", ["passed a"]],
  ])("reads %s", (_what, text, expected) => {
    expect(readTap(text).cases.map((each) => `${each.status} ${each.name}`)).toEqual(expected);
  });

  it.each([
    [
      "of node-tap and others",
      "  ---\n  message: is wrong\n  at:\n    file: a.js\n    line: 3\n  ...\n",
      "is wrong\na.js:3",
    ],
    [
      "of vitest",
      '  ---\n  error:\n    name: "E"\n    message: "is wrong"\n  at: "a.js:3:5"\n  ...\n',
      "is wrong\na.js:3:5",
    ],
    [
      "of tape",
      "  ---\n  operator: equal\n  expected: 1\n  actual: 2\n  at: t (a.js:3:5)\n  ...\n",
      "t (a.js:3:5)\nexpected: 1\nactual: 2",
    ],
    ["of names of its own", "  ---\n  found: 1\n  wanted: two\n  ...\n", "found: 1\nwanted: two"],
    [
      "in comments, as by Perl and pgTAP",
      "#   Failed test 'a'\n#   at t/a.t line 3.\n",
      "Failed test 'a'\n  at t/a.t line 3.",
    ],
    ["beside comments", "  ---\n  message: is wrong\n  ...\n# noise\n", "is wrong"],
    [
      "in plain lines, as by mocha",
      "  Error: is wrong\n      at a.js:3:5\n# tests 1\n# pass 0\n# fail 1\n",
      "Error: is wrong\n      at a.js:3:5",
    ],
    ["nowhere", "", undefined],
  ])("finds why a test point failed: %s", (_what, lines, expected) => {
    expect(readTap(`not ok 1 - a\n${lines}1..1\n# fail 1\n`).cases[0]?.failure).toBe(expected);
  });

  it("says how to make psql write TAP if it wrote a table", () => {
    const table = " ?column? \n----------\n ok 1 - a\n(1 row)\n\n ?column? \n----------\n 1..1\n(1 row)\n";
    expect(() => readTap(table)).toThrow(/no version line, plan or test point; psql .*--tuples-only/);
    expect(() => readTap("hello")).toThrow(/test point$/);
  });

  it("says what is wrong with a TAP plan", () => {
    expect(readTap("1..3\nok 1 - a\n").cases.at(-1)?.failure).toBe("It planned 3 test points but has 1.");
  });

  it("does not expand aliases in a hostile diagnostic", () => {
    const aliases = Array.from({ length: 30 }, (_, n) => `  a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]`);
    const text = `not ok 1 - a\n  ---\n  a0: &a0 lol\n${aliases.join("\n")}\n  ...\n1..1\n`;
    expect(readTap(text).cases).toMatchObject([{ status: "failed", name: "a" }]);
  });
});
