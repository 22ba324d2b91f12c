import { describe, expect, it } from "vitest";
import { type ExperimentOutcomes, outcomesSchema } from "../../schemas/outcomes.ts";
import { judge } from "../../src/comparison/signals.ts";

const evidence = (by_tag: Record<string, { state: "evidence" | "no_evidence"; reason?: string }>) => ({
  run_id: "run-20260101T000000-00000000",
  cycle_id: "C1",
  branch: "f1-a",
  commit: "0123456789abcdef0123456789abcdef01234567",
  dirty: false,
  by_tag,
});

const cases: [string, ExperimentOutcomes | undefined, string, string][] = [
  ["no record", undefined, "not_started", "none"],
  ["running", { status: "running" }, "running", "none"],
  [
    "running with failures so far",
    { status: "running", tests_passed: 1, tests_failed: 2 },
    "running",
    "claimed",
  ],
  ["abandoned", { status: "abandoned", tests_passed: 3, tests_failed: 0 }, "abandoned", "claimed"],
  ["failed without counts", { status: "failed" }, "failing", "none"],
  ["failed with counts", { status: "failed", tests_passed: 3, tests_failed: 1 }, "failing", "claimed"],
  ["failed though all passed", { status: "failed", tests_passed: 3, tests_failed: 0 }, "failing", "claimed"],
  ["succeeded without counts", { status: "succeeded" }, "no_evidence", "none"],
  ["succeeded with none", { status: "succeeded", tests_passed: 0, tests_failed: 0 }, "no_evidence", "none"],
  ["succeeded, all passed", { status: "succeeded", tests_passed: 3, tests_failed: 0 }, "winning", "claimed"],
  [
    "succeeded, one of 501 failed",
    { status: "succeeded", tests_passed: 500, tests_failed: 1 },
    "failing",
    "claimed",
  ],
  [
    "succeeded by totals, failed by a tag",
    { status: "succeeded", tests_passed: 1, tests_failed: 0, by_tag: { e2e: { passed: 0, failed: 9 } } },
    "failing",
    "claimed",
  ],
  [
    "succeeded by tags alone",
    { status: "succeeded", by_tag: { api: { passed: 2, failed: 0 } } },
    "winning",
    "claimed",
  ],
  [
    "succeeded by tags, though the totals say that nothing passed",
    { status: "succeeded", tests_passed: 0, tests_failed: 0, by_tag: { api: { passed: 2, failed: 0 } } },
    "no_evidence",
    "none",
  ],
  [
    "succeeded, counted by a run",
    {
      status: "succeeded",
      tests_passed: 2,
      tests_failed: 0,
      evidence: evidence({ api: { state: "evidence" } }),
    },
    "winning",
    "counted",
  ],
  [
    "succeeded, but one suite proved nothing",
    {
      status: "succeeded",
      tests_passed: 2,
      tests_failed: 0,
      evidence: evidence({ api: { state: "evidence" }, e2e: { state: "no_evidence", reason: "no report" } }),
    },
    "no_evidence",
    "counted",
  ],
  [
    "failed, and its only suite proved nothing",
    { status: "failed", evidence: evidence({ api: { state: "no_evidence" } }) },
    "no_evidence",
    "none",
  ],
  [
    "a failed test outweighs a suite that proved nothing",
    {
      status: "succeeded",
      by_tag: { api: { passed: 2, failed: 1 } },
      evidence: evidence({ api: { state: "evidence" }, e2e: { state: "no_evidence" } }),
    },
    "failing",
    "counted",
  ],
];

describe("judge", () => {
  it.each(cases)("%s", (_what, outcomes, signal, evidence_state) => {
    if (outcomes !== undefined) outcomesSchema.parse(outcomes);
    expect(judge(outcomes)).toMatchObject({ signal, evidence_state });
  });

  it("says which suite proved nothing, and why", () => {
    const outcomes: ExperimentOutcomes = {
      status: "succeeded",
      evidence: evidence({
        e2e: { state: "no_evidence", reason: "no report" },
        infra: { state: "no_evidence" },
      }),
    };
    expect(judge(outcomes).reason).toBe("e2e: no report; infra");
  });
});
