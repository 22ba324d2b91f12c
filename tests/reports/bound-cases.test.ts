import { expect, it } from "vitest";
import type { ReportCase } from "../../schemas/plan/report.ts";
import { boundCases } from "../../src/reports/bound-cases.ts";
import { tallyCases } from "../../src/reports/count-cases.ts";
import { withEvidence } from "../../src/runs/suite/evidence.ts";
import { combineRepeats } from "../../src/runs/suite/repeats.ts";

const passing = (count: number, name = "t"): ReportCase[] =>
  Array.from({ length: count }, (_, index) => ({ name: `${name} ${index}`, file: "a.ts", status: "passed" }));

const long = [
  ...passing(60_000),
  { name: "other file", file: "b.ts", status: "passed" } as const,
  { name: "broken", file: "a.ts", status: "failed" } as const,
  { name: "shaky", file: "a.ts", status: "flaky" } as const,
];

it("lists the most telling cases of a long report, and counts all of them", () => {
  const report = boundCases(long);
  const names = report.cases.map(({ name }) => name);
  expect(names.length).toBeLessThan(long.length);
  expect(names).toEqual(expect.arrayContaining(["broken", "shaky", "other file"]));
  expect(tallyCases(report)).toEqual({ passed: 60_001, failed: 1, skipped: 0, flaky: 1 });
});

it("limits the text as well as the number of tests", () => {
  const failures = passing(3_000).map((each): ReportCase => {
    return { ...each, status: "failed", failure: "x".repeat(10_000) };
  });
  const { cases, left_out } = boundCases(failures);
  expect(JSON.stringify(cases).length).toBeLessThan(12_000_000);
  expect(cases.length + (left_out?.failed ?? 0)).toBe(3_000);
});

it("keeps a short report as it is", () => {
  expect(boundCases(passing(3))).toEqual({ cases: passing(3) });
});

it("does not compare repeats whose tests are not all listed", () => {
  expect(combineRepeats([withEvidence(boundCases(long)), withEvidence(boundCases(long))])).toMatchObject({
    state: "no_evidence",
    reason: expect.stringContaining("run it without repeats"),
  });
});
