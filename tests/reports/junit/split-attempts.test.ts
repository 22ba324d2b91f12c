import { expect, it } from "vitest";
import type { ReportCase } from "../../../schemas/plan/report.ts";
import { mergeSplitAttempts } from "../../../src/reports/junit/split-attempts.ts";

const one = (status: ReportCase["status"], more: Partial<ReportCase> = {}): ReportCase => ({
  name: "shop.CartTest.adds",
  status,
  ...more,
});

it("merges a failure in one file with the passed attempt in another", () => {
  const other = one("passed", { name: "shop.CartTest$Empty.adds" });
  expect(mergeSplitAttempts([[one("failed", { failure: "first" }), other], [one("passed")]])).toEqual([
    [other],
    [one("flaky", { failure: "first", tally: { passed: 1, failed: 1 } })],
  ]);
});

it("adds to the attempts that the later file counts", () => {
  const later = one("flaky", { failure: "second", tally: { passed: 1, failed: 1 } });
  expect(mergeSplitAttempts([[one("failed", { failure: "first" })], [later]])).toEqual([
    [],
    [one("flaky", { failure: "first", tally: { passed: 1, failed: 2 } })],
  ]);
});

it("leaves a failure without such an attempt, and tests of one name in one file", () => {
  const files = [[one("failed"), one("passed")], [one("passed", { name: "shop.CartTest.removes" })]];
  expect(mergeSplitAttempts(files)).toEqual(files);
});
