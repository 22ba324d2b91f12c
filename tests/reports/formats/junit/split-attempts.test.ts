import { expect, it } from "vitest";
import type { ReportCase } from "../../../../schemas/plan/report.ts";
import { mergeSplitAttempts } from "../../../../src/reports/formats/junit/split-attempts.ts";

const one = (status: ReportCase["status"], more: Partial<ReportCase> = {}): ReportCase => ({
  name: "shop.CartTest.adds",
  status,
  ...more,
});

/** What the file of a nested class has, and that of the class around it. */
const merge = (nested: ReportCase[], outer: ReportCase[], folder = "target") =>
  mergeSplitAttempts([
    { name: "target/TEST-shop.CartTest$Empty.xml", cases: nested },
    { name: `${folder}/TEST-shop.CartTest.xml`, cases: outer },
  ]).map(({ cases }) => cases);

it("merges a failure next to the tests of a nested class with the passed attempt in the file of its own", () => {
  const other = one("passed", { name: "shop.CartTest$Empty.adds" });
  expect(merge([one("failed", { failure: "first" }), other], [one("passed")])).toEqual([
    [other],
    [one("flaky", { failure: "first", tally: { passed: 1, failed: 1 } })],
  ]);
});

it("adds to the attempts that the file of the class counts", () => {
  const later = one("flaky", { failure: "second", tally: { passed: 1, failed: 1 } });
  expect(merge([one("failed", { failure: "first" })], [later])).toEqual([
    [],
    [one("flaky", { failure: "first", tally: { passed: 1, failed: 2 } })],
  ]);
});

it("counts a test once whose attempts all failed", () => {
  const last = one("failed", { failure: "last" });
  expect(merge([one("failed", { failure: "first" })], [last])).toEqual([[], [last]]);
});

it("leaves tests of one name in two modules, and a failure without another attempt", () => {
  const [nested, outer] = [[one("failed")], [one("passed")]];
  expect(merge(nested, outer, "other/target")).toEqual([nested, outer]);
  expect(merge(nested, [])).toEqual([nested, []]);
});
