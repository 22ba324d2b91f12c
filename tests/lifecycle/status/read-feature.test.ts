import { describe, expect, test } from "vitest";
import type { Run } from "../../../schemas/run.ts";
import { planPath } from "../../../src/experiments/layout.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { readFeature } from "../../../src/lifecycle/status/read-feature.ts";
import { isKnown, type WorkspaceRecords } from "../../../src/lifecycle/workspace-records.ts";
import { writeFiles } from "../../plans/project.ts";
import { makeClosed } from "../../support/closed-records.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { makeResult, makeRun } from "../../support/run-records.ts";

const none = {
  experiments: [],
  elsewhere: [],
  closed: [],
  closing: [],
  intents: [],
  promotions: [],
  runs: [],
};
const goodPlan = { suites: { api: { command: ["make"], report: { format: "exit-code" } } } };

/** Reads a feature without open experiments, with that plan and those records. */
async function read(records: Partial<WorkspaceRecords>, plan?: unknown) {
  const workspace = await temporaryFolder();
  if (plan !== undefined) await writeFiles(workspace, { [planPath("", "F1").slice(1)]: plan });
  return readFeature({ records: { ...none, workspace, ...records }, branches: undefined }, "F1");
}

const running = (more: Partial<Run> = {}) => makeRun([makeResult("exp-a")], { state: "running", ...more });
const closing = {
  ref: { workspace: "/w", feature_id: "F1", experiment_slug: "exp-b" },
  record: makeClosed({ experiment_slug: "exp-b" }),
};
const closed = { ...makeClosed(), directory: "/w/a" };
const other = { ...closed, feature_id: "F2" };

describe("a feature without open experiments", () => {
  test.each<[what: string, records: Partial<WorkspaceRecords>, plan: unknown, phase: string, next: object]>([
    ["no plan yet", {}, undefined, "planned", { move: "plan" }],
    ["a plan", {}, goodPlan, "planned", { move: "create" }],
    ["a broken plan", {}, "{", "planned", { move: "correct_plan" }],
    ["closed experiments", { closed: [closed] }, goodPlan, "closed", { move: "rest" }],
    ["closed experiments, and no plan any more", { closed: [closed] }, undefined, "closed", { move: "rest" }],
    ["closed experiments of others", { closed: [other] }, goodPlan, "planned", { move: "create" }],
    [
      "a closing that was interrupted",
      { closing: [closing], closed: [closed] },
      goodPlan,
      "cut",
      { move: "close", experiment_slugs: ["exp-b"] },
    ],
    [
      "a run that goes on, before anything else",
      { runs: [running()], closing: [closing] },
      "{",
      "running",
      { move: "wait", run_id: "run-20260101T000000-01234567" },
    ],
    [
      "a run of another feature",
      { runs: [running({ feature_id: "F2" })] },
      goodPlan,
      "planned",
      { move: "create" },
    ],
    [
      "a run that has ended",
      { runs: [running({ state: "interrupted" })] },
      goodPlan,
      "planned",
      { move: "create" },
    ],
  ])("and with %s", async (_what, records, plan, phase, next) => {
    const state = await read(records, plan);
    expect(state.status.phase).toBe(phase);
    expect(state.next).toMatchObject(next);
  });

  test("tells what is under way, and what was interrupted", async () => {
    const { status } = await read({ runs: [running({ kind: "verification" })], closing: [closing] });
    expect(status.waits_for).toEqual([
      "verification run-20260101T000000-01234567 is running",
      "closing exp-b was interrupted",
    ]);
    expect(status).toMatchObject({ open: 1, closed: 0 });
  });

  test("says what is wrong with its plan, and summarizes what was closed", async () => {
    const reason = "x".repeat(500);
    const { status, summaries } = await read({ closed: [{ ...closed, reason }] }, "{");
    expect(status.warnings).toEqual([expect.stringContaining("is not JSON")]);
    expect(summaries).toMatchObject([{ experiment_slug: "exp-a", state: "closed", branch: "f1--exp-a" }]);
    expect(summaries[0]?.closed?.reason).toMatch(/^x{200}… \(300 more characters\)$/);
  });
});

test("an experiment is known if it is open or being closed, here or in another checkout", () => {
  const names = { feature_id: "F1", experiment_slug: "exp-a" };
  const open = { workspace: "/w", ...names, branch: asBranchName("a") };
  const records = (more: Partial<WorkspaceRecords>) => ({ workspace: "/w", ...none, ...more });
  expect(isKnown(records({ experiments: [open] }), names)).toBe(true);
  expect(isKnown(records({ elsewhere: [open] }), names)).toBe(true);
  expect(isKnown(records({ closing: [{ ...closing, ref: open }] }), names)).toBe(true);
  expect(isKnown(records({ closed: [closed], closing: [closing] }), names)).toBe(false);
  expect(isKnown(records({ experiments: [{ ...open, feature_id: "F2" }] }), names)).toBe(false);
});
