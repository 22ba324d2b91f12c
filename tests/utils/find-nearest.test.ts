import { expect, test } from "vitest";
import { findNearest } from "../../src/utils/text/find-nearest.ts";

const known = ["command", "report", "cwd", "env", "timeout_seconds", "retry_on_fresh_branch"];

test.each([
  ["comand", "command"],
  ["Commands", "command"],
  ["timeoutSeconds", "timeout_seconds"],
  ["timeout", "timeout_seconds"],
  ["reprot", "report"],
  ["timout", "timeout_seconds"],
  ["CWD", "cwd"],
])("%s probably means %s", (word, meant) => {
  expect(findNearest(word, known)).toBe(meant);
});

test.each(["", "e", "cmd", "parallel", "x".repeat(100_000), "💥"])("finds nothing near %.20s", (word) => {
  expect(findNearest(word, known)).toBeUndefined();
});
