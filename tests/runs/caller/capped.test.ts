import { describe, expect, it, test } from "vitest";
import { type Plan, planSchema } from "../../../schemas/plan/plan.ts";
import type { RunResult } from "../../../schemas/run.ts";
import { appendTimeline } from "../../../src/experiments/timeline/timeline.ts";
import { findCapped, refuseCapped } from "../../../src/runs/caller/capped.ts";
import { makeResult } from "../../support/journal.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { script } from "../../support/plans.ts";

function plan(per_experiment: object): Plan {
  const budget = { concurrent_branches: 1, wall_clock_minutes: 1, max_branches: 1, per_experiment };
  return planSchema.parse({ budget, suites: { api: script("") } });
}

async function experimentWith(...kinds: string[]) {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  for (const kind of kinds)
    await appendTimeline(ref, { ts: "2026-01-01T00:00:00Z", kind, duration_ms: 30_000 });
  return ref;
}

describe("an experiment is skipped", () => {
  test.each([
    ["after its cycles", { max_cycles: 2 }, "It has run its 2 cycles.", "max_cycles in plan.json, now 2,"],
    [
      "after its minutes",
      { max_wall_clock_minutes: 1 },
      "It has run for its 1 minute.",
      "max_wall_clock_minutes in plan.json, now 1,",
    ],
  ])("%s", async (_when, budget, message, hint) => {
    const ref = await experimentWith("cycle", "attempt", "cycle");
    expect([...(await findCapped([ref], plan(budget)))]).toEqual([
      [
        "exp-a",
        makeResult("exp-a", {
          status: "not_measured",
          error: { code: "budget_spent", message, hint: expect.stringContaining(hint), retryable: false },
        }),
      ],
    ]);
  });
});

it("runs an experiment that has a cycle or any time left, or no budget of its own", async () => {
  const ref = await experimentWith("cycle", "attempt");
  const generous = { max_cycles: 2, max_wall_clock_minutes: 1 };
  for (const budget of [generous, {}]) expect((await findCapped([ref], plan(budget))).size).toBe(0);
  expect((await findCapped([], plan({ max_cycles: 1 }))).size).toBe(0);
});

const capped = (slug: string): RunResult => {
  const error = {
    code: "budget_spent",
    message: "It has run its 1 cycle.",
    hint: "Raise it.",
    retryable: false,
  };
  return makeResult(slug, { status: "not_measured", error });
};
const done = makeResult("exp-done", { status: "succeeded" });
const ill = makeResult("exp-ill", {
  status: "not_measured",
  error: { code: "disk_full", message: "The disk is full.", hint: "Make room.", retryable: true },
});

it.each<[string, RunResult[], string]>([
  ["one", [capped("a")], "a: It has run its 1 cycle."],
  ["several", [capped("a"), capped("b"), capped("c")], "a: It has run its 1 cycle. So have 2 more."],
  ["one before another that is done", [capped("a"), done], "a: It has run its 1 cycle."],
  ["one after another that is done", [done, capped("b")], "b: It has run its 1 cycle."],
])(
  "refuses a run with nothing else to do than experiments that are capped: %s",
  (_which, results, message) => {
    expect(() => refuseCapped(results)).toThrow(
      expect.objectContaining({ code: "budget_spent", message, hint: "Raise it." }),
    );
  },
);

it.each<[string, RunResult[]]>([
  ["no experiments", []],
  ["another experiment to run", [capped("a"), makeResult("b")]],
  ["no capped experiment", [done, ill]],
])("starts a run with %s", (_which, results) => {
  expect(() => refuseCapped(results)).not.toThrow();
});
