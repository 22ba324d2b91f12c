import { expect, it } from "vitest";
import type { SchemaChange } from "../../schemas/comparison/schema-change.ts";
import { abbreviateChange } from "../../src/database/abbreviate-change.ts";

const change: SchemaChange = {
  change: "changed",
  kind: "function",
  object: "public.f()",
  aspects: { definition: { from: "one", to: "two" } },
};

it("keeps a short change, without what it depends on", () => {
  expect(abbreviateChange({ ...change, rests_on: ["schema public"] }, "there")).toEqual(change);
});

it("shows where two long texts differ, and says what it omits", () => {
  const alike = "a".repeat(100_000);
  const definition = { from: `${alike}old${"b".repeat(500_000)}`, to: `${alike}new` };
  const { aspects } = abbreviateChange({ ...change, aspects: { definition } }, "in its branch");
  expect(aspects.definition?.from).toMatch(
    /^\[99900 equal characters\] a{100}oldb{297} \[499703 more characters in its branch\]$/,
  );
  expect(aspects.definition?.to).toMatch(/^\[99900 equal characters\] a{100}new$/);
});

it("never splits a character", () => {
  const definition = { from: null, to: `x${"😀".repeat(1000)}` };
  const { aspects } = abbreviateChange({ ...change, aspects: { definition } }, "there");
  expect(aspects.definition?.to).not.toMatch(/\p{Surrogate}/u);
});

it("names the first of many parts", () => {
  const contains = Array.from({ length: 1000 }, (_, n) => `column c${n} ${"x".repeat(1000)}`);
  const brief = abbreviateChange({ ...change, kind: "table", contains }, "there");
  expect(brief.contains).toHaveLength(13);
  expect(brief.contains?.at(-1)).toBe("[988 more parts there]");
  expect(JSON.stringify(brief).length).toBeLessThan(4000);
});
