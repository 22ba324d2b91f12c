import { expect, test } from "vitest";
import { writeOutline } from "../../src/mcp/outline.ts";

test("writes fields as lines, and a list of similar items as a table", () => {
  const data = {
    total: 2,
    next_cursor: null,
    winners: [],
    tags: ["api", "e2e"],
    artifacts: [
      { name: "a|b", size: 1, reason: undefined, by_tag: { passed: undefined } },
      { name: "c", size: 20, by_tag: { passed: 3, failed: 0 } },
    ],
  };
  expect(writeOutline(data)).toBe(
    [
      "total: 2",
      "next_cursor: none",
      "winners: none",
      "tags: api, e2e",
      "artifacts:",
      "| name | size | by_tag |",
      "| --- | --- | --- |",
      "| a\\|b | 1 | none |",
      "| c | 20 | passed 3, failed 0 |",
    ].join("\n"),
  );
});

test("writes a list when a value does not fit into a table cell, and keeps multi-line text as it is", () => {
  const reason = "why ".repeat(20).trim();
  const data = {
    content: "one\n  two\n",
    rows: [
      { slug: "a", reason },
      { slug: "b", logs: { api: "x\ny" } },
    ],
    one: [{ slug: "c" }],
    mixed: ["x, y", { a: [{ b: 1 }] }],
  };
  expect(writeOutline(data)).toBe(
    [
      "content:",
      "one\n  two\n",
      "rows:",
      "- slug: a",
      `  reason: ${reason}`,
      "- slug: b",
      "  logs:",
      "    api:",
      "    x",
      "    y",
      "one:",
      "- slug: c",
      "mixed:",
      "- x, y",
      '- {"a":[{"b":1}]}',
    ].join("\n"),
  );
});

test("writes a matrix tag by tag", () => {
  const matrix = [{ tag: "api", cells: { "exp-a": { passed: 2, failed: 0 }, "exp-b": null } }];
  expect(writeOutline({ matrix })).toBe(
    "matrix:\n- tag: api\n  cells:\n    exp-a: passed 2, failed 0\n    exp-b: none",
  );
});

test("keeps deeply nested values as JSON, which can be copied", () => {
  const example = { suites: { api: { command: ["npm", "test"], report: { format: "tap" } } } };
  expect(writeOutline({ example })).toBe(`example: ${JSON.stringify(example)}`);
});

test("omits nothing of an answer", () => {
  const data = {
    deep: { list: [{ a: { b: { c: "leaf-1" } } }, { a: [["leaf-2"]] }], text: "leaf-3" },
    map: { "leaf-4": { "leaf-5": true } },
    list: ["leaf-6", ["leaf-7"]],
  };
  for (const leaf of JSON.stringify(data).match(/leaf-\d/g) ?? []) expect(writeOutline(data)).toContain(leaf);
});
