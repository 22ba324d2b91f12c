import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import type { Run, RunResult } from "../../schemas/run.ts";
import { comparisonPagePath } from "../../src/experiments/layout.ts";
import { runAnswer } from "../../tools/support/run-answer.ts";
import { runWith } from "../comparison/views/report.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

const error = {
  code: "branch_gone" as const,
  message: "It is gone.",
  hint: "Create it again.",
  retryable: false,
};
const spent = { ...error, code: "budget_spent" as const, hint: "Raise budget.per_experiment." };

function result(experiment_slug: string, more: Partial<RunResult> = {}): RunResult {
  return { experiment_slug, status: "succeeded", by_tag: { api: { passed: 1, failed: 0 } }, ...more };
}

async function nextStep(run: Partial<Run>): Promise<string> {
  const { queue: _, ...base } = runWith("x");
  const whole: Run = { ...base, state: "finished", results: [result("a")], ...run };
  return (await runAnswer(whole, await temporaryFolder())).next_step;
}

const compare = "Call compare_experiments with feature_id F1-checkout.";

describe("after a run,", () => {
  test.each<[string, Partial<Run>, string]>([
    ["a queued one", { state: "queued" }, "Call wait_for_run with run_id run-20260102T030405-01234567."],
    ["a running one", { state: "running" }, "Call wait_for_run with run_id run-20260102T030405-01234567."],
    ["a finished one", {}, compare],
    ["a cancelled one", { state: "cancelled" }, compare],
    [
      "an interrupted one",
      { state: "interrupted" },
      "The run was interrupted: run_experiments finishes the rest of the cycle.",
    ],
    [
      "an interrupted one of what failed",
      { state: "interrupted", only_failed: true },
      "The run was interrupted: run_experiments with only_failed runs what is left.",
    ],
    [
      "an interrupted one that could say why",
      { state: "interrupted", interrupted_by: { ...error, message: "The disk is full", hint: "Free some." } },
      "The run was interrupted (The disk is full). Free some. Then run_experiments finishes the rest of the cycle.",
    ],
    [
      "an interrupted import",
      { state: "interrupted", kind: "imported" },
      "The import was interrupted. Import its bundles again: what was merged stays as it is.",
    ],
    ["a finished import", { kind: "imported" }, compare],
    [
      "a verification",
      { kind: "verification" },
      "Call promote_experiment with feature_id F1-checkout and experiment_slug a to see the result.",
    ],
    [
      "one that could not measure an experiment",
      { results: [result("a"), result("b", { status: "not_measured", error })] },
      "Not measured: b. Create it again. Then call run_experiments for it again.",
    ],
    [
      "one that could not measure several",
      { results: ["a", "b"].map((slug) => result(slug, { status: "not_measured", error })) },
      "Not measured: a, b. Create it again. Then call run_experiments for them again.",
    ],
    [
      "one that skipped an experiment without a budget",
      { results: [result("a"), result("b", { status: "not_measured", error: spent })] },
      `${compare} Not run: b. Raise budget.per_experiment.`,
    ],
    [
      "one that skipped several",
      { results: ["a", "b", "c"].map((slug) => result(slug, { status: "not_measured", error: spent })) },
      `${compare} Not run: a and 2 more. Raise budget.per_experiment.`,
    ],
    [
      "one whose setup failed",
      { results: [result("a", { status: "failed", error: { ...error, hint: "Read setup/stderr.log." } })] },
      `a: Read setup/stderr.log. ${compare}`,
    ],
  ])("%s, says what to do next", async (_what, run, text) => {
    expect(await nextStep(run)).toBe(text);
  });
});

test("names the page for people, if there is one", async () => {
  const workspace = await temporaryFolder();
  const page = comparisonPagePath(workspace, "F1-checkout");
  await mkdir(dirname(page), { recursive: true });
  await writeFile(page, "");
  const run: Run = { ...runWith("x"), state: "finished", results: [result("a")] };
  expect((await runAnswer(run, workspace)).next_step).toBe(
    `${compare} The comparison as a page for people: ${page}`,
  );
});

test("leaves out the queue, and counts the results that do not fit, those that passed first", async () => {
  const no_evidence = { api: "x".repeat(700) };
  const results = Array.from({ length: 30 }, (_, n) =>
    n % 5 === 4
      ? result(`e${n}`, { status: "failed", no_evidence })
      : result(`e${n}`, { failed_first: no_evidence }),
  );
  const run: Run = { ...runWith("x"), queue: { workers: [], more_workers: 0, waiting: [] }, results };
  const answer = await runAnswer(run, await temporaryFolder());
  expect(answer).not.toHaveProperty("queue");
  expect(answer.results.filter(({ status }) => status === "failed")).toHaveLength(6);
  expect(answer.results.length + (answer.more_results ?? 0)).toBe(30);
  expect(answer.more_results).toBeGreaterThan(0);
  expect(answer.next_step).toContain("get_status with feature_id F1-checkout lists all its experiments");
});
