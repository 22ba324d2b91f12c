import { expect, test } from "vitest";
import { findGaps } from "../../../src/comparison/verdict/gaps.ts";

test("joins gaps into one sentence, whatever the punctuation of their reasons", () => {
  const missing = { state: "no_evidence" as const, reason: "The program jest was not found." };
  const by_tag = { api: missing, unit: missing, e2e: { ...missing, reason: "its report is missing" } };
  const evidence = {
    run_id: "run-1",
    cycle_id: "C1",
    branch: "b",
    branch_uid: null,
    commit: null,
    dirty: false,
  };
  const gaps = findGaps(
    { status: "failed", tests_passed: 0, tests_failed: 0, evidence: { ...evidence, by_tag } },
    {},
  );
  expect(gaps.join("; ")).toBe("api, unit: The program jest was not found; e2e: its report is missing");
});
