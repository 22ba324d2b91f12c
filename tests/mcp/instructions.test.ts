import { expect, test } from "vitest";
import { instructions } from "../../src/mcp/instructions.ts";
import { tools } from "../../tools/index.ts";
import { variableNames } from "../support/variables.ts";

test("the instructions name every variable that a command receives", () => {
  expect(variableNames().filter((name) => !new RegExp(`\\b${name}\\b`).test(instructions))).toEqual([]);
});

test("the instructions name only existing tools, in at most 2 KB", () => {
  const named = [...instructions.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g)].map(([name]) => name);
  const known = [...tools.map(({ name }) => name), "feature_id", "code_directory"];
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
  expect(Buffer.byteLength(instructions)).toBeLessThanOrEqual(2_048);
});
