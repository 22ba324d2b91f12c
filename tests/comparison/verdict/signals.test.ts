import { describe, expect, it } from "vitest";
import { type Evidence, type ExperimentOutcomes, outcomesSchema } from "../../../schemas/outcomes.ts";
import { judge } from "../../../src/comparison/verdict/signals.ts";

const evidence = (by_tag: Evidence["by_tag"]) => ({
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
  [
    "succeeded, by a claim",
    { status: "succeeded", tests_passed: 3, tests_failed: 0 },
    "no_evidence",
    "claimed",
  ],
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
    "succeeded by tags alone, by a claim",
    { status: "succeeded", by_tag: { api: { passed: 2, failed: 0 } } },
    "no_evidence",
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
    "succeeded, with evidence of nothing",
    { status: "succeeded", tests_passed: 2, tests_failed: 0, evidence: evidence({}) },
    "no_evidence",
    "claimed",
  ],
  [
    "succeeded, with a tag beside those that a run counted",
    {
      status: "succeeded",
      by_tag: { api: { passed: 2, failed: 0 }, e2e: { passed: 9, failed: 0 } },
      evidence: evidence({ api: { state: "evidence" } }),
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

  it("counts no winner that left out a tag of the plan", () => {
    const counted = evidence({ api: { state: "evidence" } });
    const outcomes: ExperimentOutcomes = { status: "succeeded", tests_passed: 2, evidence: counted };
    expect(judge(outcomes, ["api"]).signal).toBe("winning");
    expect(judge(outcomes, ["api", "e2e", "infra"])).toEqual({
      signal: "no_evidence",
      evidence_state: "counted",
      reason: "its last cycle did not run e2e, infra",
      tags_not_run: ["e2e", "infra"],
    });
    expect(judge({ ...outcomes, tests_failed: 1 }, ["api", "e2e"]).signal).toBe("failing");
    expect(judge({ ...outcomes, evidence: undefined }, ["api", "e2e"]).reason).toBe(
      "it claims 2 of 2, and no run counted them",
    );
  });

  it.each(["succeeded", "failed"] as const)("says of one that %s that its tests are flaky", (status) => {
    const by_tag = { api: { passed: 0, failed: 0 } };
    const counted = evidence({ api: { state: "evidence", flaky: 2 } });
    expect(judge({ status, by_tag, evidence: counted }).reason).toBe("no test passed every time, 2 flaky");
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
