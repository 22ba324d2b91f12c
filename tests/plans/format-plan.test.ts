import { expect, test } from "vitest";
import { formatPlan } from "../../src/plans/format-plan.ts";

test("writes each list of words or numbers on one line, and everything else on its own", () => {
  const plan = { setup: [["a", "b c"], { command: ["d"] }], ports: [1, -2.5], none: [], flags: [true] };
  expect(formatPlan(plan)).toBe(`{
  "setup": [
    ["a", "b c"],
    {
      "command": ["d"]
    }
  ],
  "ports": [1, -2.5],
  "none": [],
  "flags": [
    true
  ]
}
`);
});

test.each(["[ 1 ]", '[ "a" ]', "[ a ]", "a [ b", " ]", "\n[\n  1\n]", 'a \\" b', "\\"])(
  "keeps the text %j as it is",
  (text) => {
    const plan = { env: { A: text }, command: [text, text], suites: { api: { command: [text] } } };
    expect(JSON.parse(formatPlan(plan))).toEqual(plan);
  },
);
