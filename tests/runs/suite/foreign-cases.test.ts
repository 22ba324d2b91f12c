import { expect, it } from "vitest";
import type { ReportCase } from "../../../schemas/plan/report.ts";
import { findDoubled } from "../../../src/runs/suite/foreign-cases.ts";

const passed = (name: string, file?: string): ReportCase => ({
  name,
  status: "passed",
  ...(file && { file }),
});

it.each<[string, ReportCase[], string | undefined]>([
  ["nothing", [], undefined],
  ["names that differ", [passed("a"), passed("b"), passed("A")], undefined],
  ["a name that comes again", [passed("a"), passed("b"), passed("c"), passed("b"), passed("a")], "b"],
  ["names of two files", [passed("a", "x.ts"), passed("a", "y.ts")], undefined],
  ["a name with a file and one without", [passed("a", "x.ts"), passed("a")], undefined],
  ["a name like a property of every object", [passed("constructor"), passed("toString")], undefined],
])("finds the first name that two tests without a file have: %s", (_what, cases, expected) => {
  expect(findDoubled(cases)).toBe(expected);
});

// Comparing each with all others would take half a minute, in which the worker does nothing else.
it("finds it among as many tests as a report lists", () => {
  const many = Array.from({ length: 50_000 }, (_, index) => passed(`test ${index}`));
  expect(findDoubled(many)).toBeUndefined();
  expect(findDoubled([...many, passed("test 49999")])).toBe("test 49999");
});
