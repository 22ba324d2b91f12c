import { expect, test } from "vitest";
import type { ExperimentSummary, FeatureStatus } from "../../../schemas/status.ts";
import { renderCleanUp } from "../../../src/cli/render/clean-up.ts";
import { describeMinutes } from "../../../src/cli/render/describe-minutes.ts";
import { renderSetup } from "../../../src/cli/render/setup.ts";
import { renderFeature } from "../../../src/cli/render/status.ts";
import { pretendTerminal } from "./terminal.ts";

test.each([
  [undefined, ""],
  [0, "0 min"],
  [119, "119 min"],
  [120, "2 h"],
  [2_879, "48 h"],
  [2_880, "2 days"],
  [43_200, "30 days"],
])("formats %j minutes as %j", (minutes, text) => {
  expect(describeMinutes(minutes)).toBe(text);
});

const feature: FeatureStatus = {
  feature_id: "F1",
  phase: "cut",
  open: 2,
  closed: 1,
  branch_minutes: 90,
  waits_for: [],
  warnings: [],
};

test("shows a feature's experiments as columns, open and closed ones alike", () => {
  const last_run = { run_id: "run-1", cycle_id: "C2", state: "finished" as const, age_minutes: 1 };
  const summaries: ExperimentSummary[] = [
    {
      experiment_slug: "exp-a",
      state: "open",
      branch: "a",
      branch_state: "there",
      signal: "winning",
      age_minutes: 50,
      last_run,
    },
    { experiment_slug: "exp-long", state: "open", branch: "b", branch_state: "replaced" },
    {
      experiment_slug: "exp-c",
      state: "closed",
      branch: "c",
      age_minutes: 300,
      closed: { status: "abandoned", closed_at: "2026-01-01T00:00:00Z", reason: "too\nslow" },
    },
  ];
  expect(renderFeature(feature, summaries)).toEqual([
    "F1: cut, 2 open, 1 closed, 90 branch-minutes",
    "  exp-a     winning  a             50 min  C2 finished",
    "  exp-long  open     b (replaced)          no run",
    "  exp-c     closed   c             5 h     no run       abandoned: too slow",
  ]);
});

test("shows what a feature waits for and its warnings, each on one line", () => {
  const status = {
    ...feature,
    waits_for: ["run run-1\nis running"],
    warnings: ["a \u001b[31mbranch expires"],
  };
  expect(renderFeature(status, []).slice(1)).toEqual([
    "  waits: run run-1 is running",
    "  note: a branch expires",
  ]);
});

const nothing = { removed: [], removable: [], left: [], warnings: [] };

test("says that nothing is left over, and why it may not know", () => {
  expect(renderCleanUp(nothing)).toEqual(["Nothing is left over."]);
  expect(renderCleanUp({ ...nothing, warnings: ["Lakebase could not be asked."] })).toEqual([
    "Nothing is left over.",
    "Lakebase could not be asked.",
  ]);
});

test("shows what goes, what could go, what stays and why, and what it costs", () => {
  const found = {
    removed: [{ kind: "run" as const, name: "2 in /w", why: "no record names them", bytes: 1_500 }],
    removable: [
      { kind: "branch" as const, name: "exp-a", why: "closed", age_minutes: 90, branch_minutes: 90 },
    ],
    left: [
      {
        kind: "worktree" as const,
        name: "/w/a\nb",
        why: "no one's",
        bytes: 2_500_000,
        left: "git says:\nno",
      },
    ],
    warnings: ["A note."],
  };
  expect(renderCleanUp(found)).toEqual([
    "removed    run 2 in /w: no record names them (2 kB)",
    "removable  branch exp-a: closed (90 min)",
    "left       worktree /w/a b: no one's (2.5 MB)\n           → git says: no",
    "A note.",
    "1 removed, 1 removable, 1 left; 90 branch-minutes so far, 2.5 MB on disk.",
  ]);
});

test("shows each finding of the setup, with its remedy under its detail", () => {
  pretendTerminal(40);
  const findings = [
    { name: "cli", state: "ok" as const, detail: "version 1" },
    {
      name: "workspace",
      state: "failed" as const,
      detail: "it is not\na repository at all",
      remedy: "Run git init in it first.",
    },
  ];
  expect(renderSetup({ findings }).split("\n")).toEqual([
    "ok       cli        version 1",
    "failed   workspace  it is not a",
    "                    repository at all",
    "                    → Run git init in it",
    "                      first.",
  ]);
});
