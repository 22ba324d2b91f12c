import { expect, test } from "vitest";
import type { ExperimentSummary } from "../../../schemas/status.ts";
import { listWarnings } from "../../../src/lifecycle/status/warnings.ts";

const summary = (experiment_slug: string, more: Partial<ExperimentSummary> = {}): ExperimentSummary => ({
  experiment_slug,
  state: "open",
  branch: experiment_slug,
  ...more,
});

test("warns of nothing where nothing is wrong", () => {
  expect(listWarnings([], undefined, undefined)).toEqual([]);
  const fine = summary("a", { branch_state: "there", expires_in_minutes: 1_440 });
  expect(listWarnings([fine], undefined, undefined)).toEqual([]);
});

test("warns of a broken plan first, then of branches that are gone, replaced or about to expire", () => {
  const summaries = [
    summary("soon", { branch_state: "there", expires_in_minutes: 1_439 }),
    summary("over", { branch_state: "there", expires_in_minutes: 0 }),
    summary("gone", { branch_state: "gone" }),
    summary("other", { branch_state: "replaced" }),
    summary("unknown"),
  ];
  expect(listWarnings(summaries, undefined, "plan.json is not JSON")).toEqual([
    "plan.json is not JSON",
    "gone: the branch no longer exists: it was deleted or expired",
    "other: someone else recreated the branch",
    "soon, over: the branch expires within a day",
  ]);
});

test("names the first of many experiments", () => {
  const summaries = Array.from({ length: 7 }, (_, index) => summary(`e${index}`, { branch_state: "gone" }));
  expect(listWarnings(summaries, undefined, undefined)).toEqual([
    expect.stringMatching(/^e0, e1, e2, e3, e4 and 2 more: the branch no longer exists/),
  ]);
});
