import { describe, expect, test } from "vitest";
import { alignColumns, describeResult, describeRun, summarizeRun } from "../../../src/cli/render/run.ts";
import { makeResult, makeRun } from "../../support/run-records.ts";

test("aligns columns of rows that differ in length", () => {
  expect(alignColumns([["a", "b", "c"], ["long"], ["", "bb"]])).toEqual(["a     b   c", "long", "      bb"]);
  expect(alignColumns([])).toEqual([]);
});

test("describes a result on one line, with what it is doing and what it counted", () => {
  const counts = { api: { passed: 3, failed: 1 }, e2e: { passed: 0, failed: 0 } };
  const result = makeResult("exp-a", { status: "running", step: "e2e", by_tag: counts });
  expect(describeResult(result)).toBe("exp-a running e2e, api 3/1, e2e 0/0");
  expect(describeResult(makeResult("exp-b", { status: "queued", by_tag: {} }))).toBe("exp-b queued");
});

test("describes a run in progress, aligned", () => {
  const results = [
    makeResult("a"),
    makeResult("longer", { status: "running", step: "api", by_tag: {} }),
    makeResult("c", { status: "queued", by_tag: {} }),
  ];
  const [head, ...lines] = describeRun(makeRun(results, { state: "running" }));
  expect(head).toMatch(/^run-20260101T000000-01234567 {2}F1 C1 {2}running, 1 of 3 done, \d+:\d\d of 30 min$/);
  expect(lines).toEqual(["a       succeeded    api 3/0", "longer  running api", "c       queued"]);
});

test("shows no negative time for a run that a machine with another clock created", () => {
  const [head] = describeRun(makeRun([], { created_at: "2999-01-01T00:00:00Z" }));
  expect(head).toContain("0:00 of 30 min");
});

test("summarizes a run that has ended", () => {
  const results = [makeResult("exp-a"), makeResult("exp-b", { status: "failed" })];
  expect(summarizeRun(makeRun(results))).toEqual([
    "run-20260101T000000-01234567 finished after 12.3 s: 1 of 2 succeeded, at most 2 at once",
    "exp-a  succeeded  api 3/0",
    "exp-b  failed     api 3/0",
    "Next: lakebase-experiments compare F1",
  ]);
});

test("says what was wrong with each experiment, on one line each, however its texts are written", () => {
  const error = {
    code: "setup_failed" as const,
    message: "It\nfailed.",
    hint: "See \u001b[31mlog.",
    retryable: false,
  };
  const result = makeResult("exp-a", {
    status: "not_measured",
    failed_first: { api: "1 of 2 failed tests passed" },
    no_evidence: { e2e: "its report\r\nis empty" },
    flaky: { api: ["pays (failed 1 of 2)", "ships (failed 1 of 3)"] },
    error,
  });
  expect(summarizeRun(makeRun([result])).slice(2, -1)).toEqual([
    "exp-a api: 1 of 2 failed tests passed",
    "exp-a e2e: its report is empty",
    "exp-a api: flaky at this commit: pays (failed 1 of 2), ships (failed 1 of 3)",
    "exp-a: It failed. See log.",
  ]);
});

test("says what ended a run early, and what this machine could not ensure", () => {
  const interrupted_by = {
    code: "internal" as const,
    message: "The disk\nis full.",
    hint: "",
    retryable: false,
  };
  const run = makeRun([], { state: "interrupted", interrupted_by, warnings: ["No watchdog."] });
  expect(summarizeRun(run).slice(1, -1)).toEqual(["interrupted: The disk is full.", "No watchdog."]);
  const cancelled = makeRun([], { state: "cancelled", stopped_by: "wall_clock_minutes" });
  expect(summarizeRun(cancelled)[0]).toContain(" cancelled by wall_clock_minutes after 12.3 s");
});

describe("the next command after a run", () => {
  test.each([
    ["finished", {}, "lakebase-experiments compare F1"],
    ["cancelled", {}, "lakebase-experiments compare F1"],
    ["interrupted", {}, "lakebase-experiments run F1 finishes the cycle"],
    ["interrupted", { only_failed: true as const }, "lakebase-experiments run F1 --only-failed"],
    ["interrupted", { kind: "imported" as const }, "import its bundles again"],
    ["finished", { kind: "imported" as const }, "lakebase-experiments compare F1"],
    ["finished", { kind: "verification" as const }, "lakebase-experiments promote F1 exp-a"],
    ["interrupted", { kind: "promotion" as const }, "lakebase-experiments promote F1 exp-a"],
  ] as const)("that is %s %j: %s", (state, run, next) => {
    const lines = summarizeRun(makeRun([makeResult("exp-a")], { state, ...run }));
    expect(lines.at(-1)).toBe(`Next: ${next}`);
  });
});
