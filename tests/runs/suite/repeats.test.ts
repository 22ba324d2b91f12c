import { expect, it } from "vitest";
import type { CaseStatus, ReportCase } from "../../../schemas/plan/report.ts";
import { type SuiteVerdict, withEvidence } from "../../../src/runs/suite/evidence.ts";
import { combineRepeats } from "../../../src/runs/suite/repeats.ts";

const run = (...results: [name: string, status: CaseStatus][]): SuiteVerdict =>
  withEvidence({ cases: results.map(([name, status]): ReportCase => ({ name, status })) });

it("never hides a test that always fails behind one with the same name", () => {
  const repeats = [
    run(["a", "failed"], ["a", "passed"], ["b", "passed"]),
    run(["a", "passed"], ["a", "failed"], ["b", "passed"]),
  ];
  expect(combineRepeats(repeats)).toMatchObject({ outcome: { passed: 2, failed: 1 }, flaky: 0 });
});

it("does not succeed if no repeat did", () => {
  const repeats = [run(["a", "failed"], ["b", "passed"]), run(["a", "passed"], ["b", "failed"])];
  expect(combineRepeats(repeats)).toMatchObject({ outcome: { passed: 0, failed: 1 }, flaky: 2 });
});

it("is flaky if one repeat passed", () => {
  const repeats = [run(["a", "failed"], ["b", "passed"]), run(["a", "passed"], ["b", "passed"])];
  expect(combineRepeats(repeats)).toMatchObject({ outcome: { passed: 1, failed: 0 }, flaky: 1 });
});

it("has no evidence if one repeat has none", () => {
  const nothing: SuiteVerdict = { state: "no_evidence", reason: "no report", cases: [] };
  expect(combineRepeats([run(["a", "passed"]), nothing], 3)).toMatchObject({
    state: "no_evidence",
    reason: "repeat 2 of 3: no report",
  });
});

it("names what was in doubt in any of the repeats", () => {
  const repeats = [[], ["shop.ts"], ["shop.ts", "cart.ts"]].map((in_doubt) => ({
    ...run(["a", "passed"]),
    in_doubt,
  }));
  expect(combineRepeats(repeats).in_doubt).toEqual(["shop.ts", "cart.ts"]);
});
