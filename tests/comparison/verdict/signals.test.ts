import { describe, expect, it } from "vitest";
import {
  type Evidence,
  type ExperimentOutcomes,
  outcomesSchema,
  type TagOutcome,
} from "../../../schemas/experiment/outcomes.ts";
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
    "succeeded, with a failing tag beside those that a run counted",
    {
      status: "succeeded",
      by_tag: { api: { passed: 2, failed: 0 }, e2e: { passed: 0, failed: 9 } },
      evidence: evidence({ api: { state: "evidence" } }),
    },
    "failing",
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

  it("makes no winner of an experiment without a required suite", () => {
    const counted = evidence({ api: { state: "evidence" } });
    const outcomes: ExperimentOutcomes = { status: "succeeded", tests_passed: 2, evidence: counted };
    const required = ["api", "e2e", "infra"];
    expect(judge(outcomes, { required: ["api"] }).signal).toBe("winning");
    expect(judge(outcomes, { required })).toEqual({
      signal: "no_evidence",
      evidence_state: "counted",
      reason: "it has not run e2e, infra",
      tags_not_run: ["e2e", "infra"],
    });
    expect(judge({ ...outcomes, tests_failed: 1 }, { required }).signal).toBe("failing");
    expect(judge({ ...outcomes, evidence: undefined }, { required }).reason).toBe(
      "it claims 2 of 2, but no run measured them",
    );
  });

  describe("with a suite that is not required", () => {
    const circumstances = { required: ["api"], planned: ["api", "e2e"] };
    const outcomes = (e2e: Evidence["by_tag"][string], failed = 0): ExperimentOutcomes => ({
      // A run that could not measure all says `failed`.
      status: "failed",
      by_tag: { api: { passed: 2, failed: 0 }, ...(failed > 0 && { e2e: { passed: 0, failed } }) },
      evidence: evidence({ api: { state: "evidence" }, e2e }),
    });

    it.each<[string, Evidence["by_tag"][string], number, string]>([
      ["has no tests", { state: "no_evidence", reason: "no tests were collected" }, 0, "winning"],
      ["fails", { state: "evidence" }, 1, "failing"],
      ["could not be reached", { state: "no_evidence", code: "not_authenticated" }, 0, "no_evidence"],
      ["was not finished", { state: "no_evidence", unfinished: true }, 0, "no_evidence"],
    ])("an optional suite that %s", (_what, e2e, failed, signal) => {
      expect(judge(outcomes(e2e, failed), circumstances).signal).toBe(signal);
    });

    it("ignores a suite that the plan no longer has", () => {
      const gone = outcomes({ state: "no_evidence", code: "not_authenticated" });
      expect(judge(gone, { required: ["api"], planned: ["api"] }).signal).toBe("winning");
    });
  });

  it("counts a failed setup as measured, and names its log", () => {
    const setup_failed = { reason: "The setup exited with status 3.", artifact: "setup/stderr.log" };
    expect(judge({ status: "failed", evidence: { ...evidence({}), setup_failed } })).toEqual({
      signal: "failing",
      evidence_state: "counted",
      reason: "The setup exited with status 3. See setup/stderr.log of C1.",
    });
  });

  it("does not blame the design for a failure outside its tests", () => {
    const counted = evidence({ api: { state: "evidence" } });
    expect(judge({ status: "failed", tests_passed: 2, evidence: counted })).toMatchObject({
      signal: "no_evidence",
      reason: "it failed outside its tests",
    });
    expect(judge({ status: "failed", evidence: evidence({}) }).signal).toBe("no_evidence");
  });

  describe("with outdated counts", () => {
    const outdated = new Map([["api", "counted at another commit"]]);
    const outcomes = (api: TagOutcome, e2e: TagOutcome): ExperimentOutcomes => ({
      status: "failed",
      by_tag: { api, e2e },
      evidence: evidence({ api: { state: "evidence" }, e2e: { state: "evidence" } }),
    });
    const [good, bad] = [
      { passed: 1, failed: 0 },
      { passed: 1, failed: 1 },
    ];

    it.each<[string, TagOutcome, TagOutcome, string]>([
      ["that passed, wins nothing", good, good, "no_evidence"],
      ["that failed, loses nothing", bad, good, "no_evidence"],
      ["that passed, saves no other that failed", good, bad, "failing"],
    ])("a suite %s", (_what, api, e2e, signal) => {
      expect(judge(outcomes(api, e2e), { outdated })).toMatchObject({ signal, evidence_state: "counted" });
    });

    it("names the tag and the reason", () => {
      expect(judge(outcomes(good, good), { outdated }).reason).toBe("api: counted at another commit");
    });

    it("ignores outdated counts of an optional suite", () => {
      const circumstances = { outdated, required: ["e2e"], planned: ["api", "e2e"] };
      expect(judge({ ...outcomes(good, good), status: "succeeded" }, circumstances).signal).toBe("winning");
    });
  });

  it.each([
    [0, "no_evidence"],
    [1, "failing"],
  ])("treats contradicted evidence with %d failures as a claim", (failed, signal) => {
    const outcomes: ExperimentOutcomes = {
      status: "succeeded",
      by_tag: { api: { passed: 2, failed } },
      evidence: evidence({ api: { state: "evidence" } }),
    };
    const contradiction = "its timeline has no such cycle";
    expect(judge(outcomes, { contradiction })).toEqual({
      signal,
      evidence_state: "claimed",
      reason: contradiction,
    });
  });

  it("does not count reported results as evidence, and says that they were reported", () => {
    const reported = ["load", "perf"];
    expect(judge(undefined, { reported })).toEqual({
      signal: "no_evidence",
      evidence_state: "reported",
      reason: "load, perf: reported, not measured",
    });
    expect(judge({ status: "succeeded" }, { reported })).toMatchObject({
      signal: "no_evidence",
      evidence_state: "reported",
    });
    const counted = { status: "failed", by_tag: { api: { passed: 1, failed: 1 } } } as const;
    const measured = { ...counted, evidence: evidence({ api: { state: "evidence" } }) };
    expect(judge(measured, { reported: ["api"] })).toMatchObject({
      signal: "failing",
      evidence_state: "counted",
    });
  });

  it("says why an experiment never ran", () => {
    expect(judge(undefined, { trouble: "not_authenticated: no login" })).toEqual({
      signal: "no_evidence",
      evidence_state: "none",
      reason: "not_authenticated: no login",
    });
  });

  it.each(["succeeded", "failed"] as const)(
    "says that the tests of an experiment that %s are flaky",
    (status) => {
      const by_tag = { api: { passed: 0, failed: 0 } };
      const counted = evidence({ api: { state: "evidence", flaky: 2 } });
      expect(judge({ status, by_tag, evidence: counted }).reason).toBe("no test passed every time, 2 flaky");
    },
  );

  it("says which suite was not measured, and why", () => {
    const outcomes: ExperimentOutcomes = {
      status: "succeeded",
      evidence: evidence({
        e2e: { state: "no_evidence", reason: "no report" },
        infra: { state: "no_evidence" },
      }),
    };
    expect(judge(outcomes).reason).toBe("e2e: no report; infra: not measured");
  });

  it("gives a reason that several suites share once", () => {
    const api = { state: "no_evidence", reason: "no login" } as const;
    expect(judge({ status: "failed", evidence: evidence({ api, e2e: api }) }).reason).toBe(
      "api, e2e: no login",
    );
  });
});
