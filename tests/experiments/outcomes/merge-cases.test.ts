import { expect, it } from "vitest";
import type { CaseStatus, ReportCase } from "../../../schemas/plan/report.ts";
import { mergeCases } from "../../../src/experiments/outcomes/merge-cases.ts";

const test = (name: string, status: CaseStatus, more: Partial<ReportCase> = {}) => ({
  name,
  status,
  ...more,
});
const merge = (...runs: ReportCase[][]) =>
  mergeCases(runs).map(({ name, status, tally }) => [name, status, tally]);

it.each<[CaseStatus, CaseStatus, CaseStatus, ReportCase["tally"]]>([
  ["passed", "passed", "passed", { passed: 2, failed: 0 }],
  ["passed", "failed", "flaky", { passed: 1, failed: 1 }],
  ["failed", "passed", "flaky", { passed: 1, failed: 1 }],
  ["failed", "failed", "failed", { passed: 0, failed: 2 }],
  ["failed", "skipped", "failed", undefined],
  ["skipped", "passed", "passed", undefined],
  ["skipped", "skipped", "skipped", undefined],
  ["flaky", "passed", "flaky", { passed: 2, failed: 1 }],
  ["flaky", "failed", "flaky", { passed: 1, failed: 2 }],
])("merges %s and %s into %s", (first, second, status, tally) => {
  expect(merge([test("a", first)], [test("a", second)])).toEqual([["a", status, tally]]);
});

it("keeps a failure of a test that a later run lacks", () => {
  expect(merge([test("a", "failed"), test("b", "passed")], [test("b", "passed")])).toEqual([
    ["a", "failed", undefined],
    ["b", "passed", { passed: 2, failed: 0 }],
  ]);
});

it("adds to earlier merged counts", () => {
  const four = mergeCases(
    [["passed"], ["failed"], ["passed"], ["failed"]].map(([s]) => [
      test("a", s === "passed" ? "passed" : "failed"),
    ]),
  );
  expect(merge(four, [test("a", "passed")])).toEqual([["a", "flaky", { passed: 3, failed: 2 }]]);
});

it("distinguishes tests with the same name by their results, in any order", () => {
  const [good, bad] = [test("a", "passed"), test("a", "failed")];
  expect(merge([good, bad], [bad, good])).toEqual([
    ["a", "failed", { passed: 0, failed: 2 }],
    ["a", "passed", { passed: 2, failed: 0 }],
  ]);
});

it("distinguishes tests with the same name in two files", () => {
  const of = (file: string, status: CaseStatus) => test("a", status, { file });
  expect(
    merge([of("x.ts", "failed"), of("y.ts", "passed")], [of("y.ts", "passed"), of("x.ts", "failed")]),
  ).toEqual([
    ["a", "failed", { passed: 0, failed: 2 }],
    ["a", "passed", { passed: 2, failed: 0 }],
  ]);
});

it("counts no pass when each run failed, even in different tests", () => {
  const [a, b] = [test("a", "failed"), test("b", "failed")];
  const [goodA, goodB] = [test("a", "passed"), test("b", "passed")];
  const [first, second, clean] = [
    [a, goodB],
    [goodA, b],
    [goodA, goodB],
  ];
  expect(merge(first, second).at(-1)).toEqual(["(every run)", "failed", undefined]);
  expect(merge(mergeCases([first, second]), first).at(-1)?.[0]).toBe("(every run)");
  expect(merge(first, second, clean).map(([name]) => name)).toEqual(["a", "b"]);
  expect(merge(mergeCases([first, second]), clean).map(([name, status]) => [name, status])).toEqual([
    ["a", "flaky"],
    ["b", "flaky"],
  ]);
});

it.each(["(the run itself)", "a.js > (plan)", "shop > (the suite itself)"])(
  "treats %s as flaky when another run does not report it",
  (name) => {
    expect(merge([test(name, "failed"), test("a", "passed")], [test("a", "passed")])).toEqual([
      [name, "flaky", { passed: 1, failed: 1 }],
      ["a", "passed", { passed: 2, failed: 0 }],
    ]);
    expect(merge([test(name, "failed")], [])).toEqual([[name, "failed", undefined]]);
  },
);

it("keeps the first failure text", () => {
  const runs = [
    [test("a", "passed")],
    [test("a", "failed", { failure: "one" })],
    [test("a", "failed", { failure: "two" })],
  ];
  expect(mergeCases(runs)).toMatchObject([{ failure: "one" }]);
});
