import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { type ExperimentOutcomes, outcomesSchema } from "../../schemas/experiment/outcomes.ts";
import { fits } from "../../src/utils/fits.ts";
import { anyJson, tries } from "../support/fuzz.ts";

const run = { run_id: "run-20260101T000000-0123abcd", cycle_id: "C1" };
const code = { commit: "0123abc", dirty: false, branch_uid: null };
const outcomes: ExperimentOutcomes = {
  status: "succeeded",
  tests_passed: 3,
  code_diff: { added: 1, removed: 0 },
  by_tag: { api: { passed: 3, failed: 0 } },
  evidence: {
    ...{ ...run, ...code, branch: "f1-exp-a" },
    by_tag: {
      api: {
        ...{ state: "evidence", duration_ms: 1.5, durations_ms: [1, 2], in_doubt: ["a.ts"] },
        source: { ...run, ...code, suite: "abc", origin: { run_id: "r", machine: "m" } },
      },
    },
  },
  capped: { reason: "max_cycles", at_cycle: 1, cap_value: 1 },
  of_another_tool: [null],
};

/** Whether the parser returns a value as it is. */
function isUnchanged(schema: z.ZodType, value: unknown): boolean {
  const parsed = schema.safeParse(value);
  return parsed.success && isDeepStrictEqual(parsed.data, value);
}

describe("fits", () => {
  test("accepts a whole record", () => {
    expect(fits(outcomesSchema, outcomes)).toBe(true);
  });

  test("accepts just what the parser returns as it is, wherever a record was changed", () => {
    const places = listPlaces(outcomes);
    const other = fc.oneof(
      fc.constantFrom(undefined, null, -1, -0, 0.5, 2 ** 53, "", "API", "evidence", {}, []),
      anyJson(["passed", "failed", "state"]),
    );
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.boolean(), other, (place, isAdded, value) => {
        const text = JSON.stringify(change(outcomes, isAdded ? [...place, "added"] : place, value)) ?? "null";
        const changed: unknown = JSON.parse(text);
        expect(fits(outcomesSchema, changed), text).toBe(isUnchanged(outcomesSchema, changed));
      }),
      tries(500),
    );
  });

  test.each<[string, z.ZodType, unknown]>([
    ["a default", z.object({ a: z.string().default("x") }), {}],
    ["a default within an optional", z.object({ a: z.string().default("x").optional() }), {}],
    ["a field to be dropped", z.object({ a: z.string() }), { a: "x", b: 1 }],
    ["a field of a strict object", z.strictObject({ a: z.string() }), { a: "x", b: 1 }],
    ["a condition on a whole object", z.object({ a: z.string() }).refine(() => false), { a: "x" }],
    ["a condition on a text", z.string().refine(() => false), "x"],
    ["a text to be trimmed", z.string().trim(), " x"],
    ["a text's form", z.email(), "x"],
    ["a text's length", z.string().max(1), "xx"],
    ["a number's form", z.int32(), 2 ** 40],
    ["a number's upper limit", z.number().max(1), 2],
    ["a transformed value", z.string().transform(Number), "1"],
    ["a converted value", z.coerce.number(), "1"],
    ["a record that lacks a key", z.record(z.enum(["a", "b"]), z.string()), { a: "x" }],
    ["a key of another form", z.record(z.string().regex(/^a$/), z.string()), { b: "x" }],
    ["a list's length", z.array(z.string()).min(1), []],
    ["an infinite number", z.number(), Number.POSITIVE_INFINITY],
  ])("leaves %s to the parser", (_what, schema, value) => {
    expect(isUnchanged(schema, value)).toBe(false);
    expect(fits(schema, value)).toBe(false);
  });
});

/** Lists the paths of all values within a value. */
function listPlaces(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [[]];
  const inner = Object.entries(value).flatMap(([key, each]) =>
    listPlaces(each).map((place) => [key, ...place]),
  );
  return [[], ...inner];
}

/** Copies a value with another one at a place; undefined removes it. */
function change(value: unknown, [key, ...rest]: string[], to: unknown): unknown {
  if (key === undefined) return to;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value))
    return value.map((each, index) => (String(index) === key ? change(each, rest, to) : each));
  return { ...value, [key]: change(Object.entries(value).find(([name]) => name === key)?.[1], rest, to) };
}
