import { expect, test } from "vitest";
import { sumCost } from "../../../src/lifecycle/clean-up/cost.ts";
import { listNamedRuns } from "../../../src/lifecycle/clean-up/named-runs.ts";
import { writeFiles } from "../../plans/project.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const run = (digit: number) => `run-20260101T00000${digit}-01234567`;

async function list(files: Record<string, string>) {
  const workspace = await temporaryFolder();
  await writeFiles(workspace, files);
  return [...listNamedRuns(workspace, "F1")].sort();
}

test.each<[what: string, file: string]>([
  ["outcomes", ".tdd/experiments/F1/exp-a/outcomes.json"],
  ["outcomes that were set aside", ".tdd/experiments/F1/exp-a/outcomes.20260101T000000000Z.json"],
  ["a closed experiment", ".tdd/archive/F1/exp-a+20260101T000000000Z/outcomes.json"],
  ["the promotion of a closed experiment", ".tdd/archive/F1/exp-a/promotion/promotion.json"],
  ["a promotion", ".tdd/promotions/F1/exp-a/verification.json"],
  ["an experiment with a name that is not valid", ".tdd/experiments/F1/exp a/outcomes.json"],
])("keeps a run that is named by %s", async (_what, file) => {
  expect(await list({ [file]: `{"run_id":"${run(1)}"}` })).toEqual([run(1)]);
});

test("keeps every run that a broken record names, each once", async () => {
  const text = `{"evidence":{"run_id":"${run(1)}","by_tag":{"api":{"source":{"run_id":"${run(2)}"}}}},"run_id":"${run(1)}`;
  expect(await list({ ".tdd/experiments/F1/exp-a/outcomes.json": text })).toEqual([run(1), run(2)]);
});

test.each<[what: string, file: string]>([
  ["its timeline, which names every run", ".tdd/experiments/F1/exp-a/timeline.json"],
  ["an artifact", ".tdd/experiments/F1/exp-a/artifacts/C1/metrics.json"],
  ["notes", ".tdd/experiments/F1/exp-a/notes.md"],
  ["another feature", ".tdd/experiments/F10/exp-a/outcomes.json"],
])("does not keep a run for %s", async (_what, file) => {
  expect(await list({ [file]: run(1) })).toEqual([]);
});

test("names no run where there are no records", async () => {
  expect(await list({})).toEqual([]);
});

test("sums what leftovers cost, where it is known", () => {
  const leftover = { kind: "branch" as const, name: "a", why: "b" };
  expect(sumCost([])).toEqual({ branch_minutes: 0, bytes: 0 });
  expect(
    sumCost([
      leftover,
      { ...leftover, branch_minutes: 5, bytes: 1 },
      { ...leftover, branch_minutes: 7, bytes: 2 },
    ]),
  ).toEqual({ branch_minutes: 12, bytes: 3 });
});
