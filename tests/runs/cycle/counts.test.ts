import { describe, expect, it, test } from "vitest";
import type { ByTag, Evidence, TagEvidence } from "../../../schemas/experiment/outcomes.ts";
import {
  type CycleCounts,
  countFlakyByTag,
  hasUnfinished,
  judgeCounts,
  selectFinished,
  selectTags,
  sumCounts,
  withUnfinished,
} from "../../../src/runs/cycle/counts.ts";

const measured: TagEvidence = { state: "evidence" };
const unmeasured: TagEvidence = { state: "no_evidence", reason: "its report is missing" };

const counts = (by_tag: ByTag, evidence: Evidence["by_tag"], more: Partial<CycleCounts> = {}) => ({
  by_tag,
  evidence,
  ...more,
});

describe("a cycle", () => {
  const passed = { passed: 2, failed: 0 };
  const failed = { passed: 2, failed: 1 };
  const setup_failed = { reason: "it exited with status 1", artifact: "setup/stderr.log" };
  test.each<[string, CycleCounts, ReturnType<typeof judgeCounts>]>([
    ["that counted nothing has failed", counts({}, {}), "failed"],
    ["in which all passed succeeded", counts({ api: passed }, { api: measured }), "succeeded"],
    [
      "with only skipped or flaky tests has failed",
      counts({ api: { passed: 0, failed: 0 } }, { api: measured }),
      "failed",
    ],
    [
      "in which one of two tags failed has failed",
      counts({ api: passed, e2e: failed }, { api: measured, e2e: measured }),
      "failed",
    ],
    [
      "with a tag that was not measured is not measured",
      counts({ api: passed }, { api: measured, e2e: unmeasured }),
      "not_measured",
    ],
    [
      "with a failure has failed, whatever was not measured",
      counts({ api: failed }, { api: measured, e2e: unmeasured }),
      "failed",
    ],
    [
      "whose setup failed has failed, whatever passed before",
      counts({ api: passed }, { api: measured }, { setup_failed }),
      "failed",
    ],
  ])("%s", (_what, cycle, status) => {
    expect(judgeCounts(cycle)).toBe(status);
  });
});

it("adds up the counts of all tags", () => {
  expect(sumCounts({})).toEqual({ tests_passed: 0, tests_failed: 0 });
  expect(sumCounts({ api: { passed: 2, failed: 1 }, e2e: { passed: 3, failed: 4 } })).toEqual({
    tests_passed: 5,
    tests_failed: 5,
  });
});

it("marks as unfinished only the tags that have no evidence yet", () => {
  const evidence = withUnfinished(
    { api: measured, e2e: unmeasured },
    ["api", "e2e", "constructor"],
    "it ended",
  );
  expect(evidence).toEqual({
    api: measured,
    e2e: unmeasured,
    constructor: { state: "no_evidence", reason: "it ended", unfinished: true },
  });
  expect(hasUnfinished(counts({}, evidence))).toBe(true);
  expect(hasUnfinished(counts({}, { api: measured, e2e: unmeasured }))).toBe(false);
});

it("counts flaky tests by tag, and says nothing if there are none", () => {
  const evidence = { api: { ...measured, flaky: 2 }, e2e: { ...measured, flaky: 0 }, infra: measured };
  expect(countFlakyByTag(counts({}, evidence))).toEqual({ flaky: { api: 2 } });
  expect(countFlakyByTag(counts({}, { infra: measured }))).toEqual({});
});

const source = { cycle_id: "C1", commit: "c", dirty: false, branch_uid: null, suite: "s" };
const ofRun = (run_id: string) => ({ ...source, run_id });

it("keeps of an interrupted run only the tags whose suites ran to the end in it", () => {
  const by_tag = {
    done: { passed: 1, failed: 0 },
    earlier: { passed: 2, failed: 0 },
    old: { passed: 3, failed: 0 },
  };
  const record = {
    status: "failed" as const,
    by_tag,
    evidence: {
      ...{ run_id: "run-2", cycle_id: "C2", branch: "b", commit: "c", dirty: false },
      by_tag: {
        done: { ...measured, source: ofRun("run-2") },
        earlier: { ...measured, source: ofRun("run-1") },
        // Of a version that recorded no sources.
        old: measured,
        empty: { ...unmeasured, source: ofRun("run-2") },
        open: { ...unmeasured, unfinished: true },
        ill: { ...unmeasured, code: "disk_full" },
      },
    },
  };
  const kept = selectFinished(record);
  expect(Object.keys(kept.evidence)).toEqual(["done", "old", "empty"]);
  expect(kept.by_tag).toEqual({ done: by_tag.done, old: by_tag.old });
  expect(selectFinished({ status: "failed" })).toEqual({ by_tag: {}, evidence: {} });
});

it("selects counts only together with their evidence", () => {
  const cycle = counts(
    { api: { passed: 1, failed: 0 }, alien: { passed: 9, failed: 0 } },
    { api: measured, e2e: unmeasured },
  );
  expect(selectTags(cycle, () => true).by_tag).toEqual({ api: { passed: 1, failed: 0 } });
  expect(selectTags(cycle, (_evidence, tag) => tag === "e2e")).toEqual({
    by_tag: {},
    evidence: { e2e: unmeasured },
  });
});
