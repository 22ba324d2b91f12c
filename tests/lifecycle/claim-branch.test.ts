import { expect, test } from "vitest";
import type { CutIntent } from "../../src/experiments/branches/cut-intent.ts";
import type { Experiment } from "../../src/experiments/experiments.ts";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { claimBranch } from "../../src/lifecycle/claim-branch.ts";
import { makeBranch } from "../support/branches.ts";

const name = "f1--exp-a";
const found = makeBranch(name, { uid: "br-1", create_time: "2026-01-01T12:05:00Z" });
const recorded = (branch_uid: string | null | undefined): Experiment => ({
  ...{ workspace: "/w", feature_id: "F1", experiment_slug: "exp-a" },
  branch: asBranchName(name),
  branch_uid,
});
const intent: CutIntent = {
  ...{ branch: name, since: "2026-01-01T12:00:00Z", until: "2026-01-01T12:10:00Z" },
  ...{ replaces: null, uid: null },
};

type Known = Parameters<typeof claimBranch>[1];
const none: Known = { recorded: undefined, intent: undefined };
const others = [makeBranch("production", { uid: "br-0" }), makeBranch("f1--exp-b", { uid: "br-2" })];

test.each<[what: string, known: Known, fresh: boolean, action: string]>([
  ["the one that was recorded", { ...none, recorded: recorded("br-1") }, false, "keep"],
  ["the one that was recorded, for a new one", { ...none, recorded: recorded("br-1") }, true, "replace"],
  ["one whose uid was not recorded", { ...none, recorded: recorded(undefined) }, false, "keep"],
  ["one that a call created and did not record", { ...none, intent }, false, "adopt"],
  [
    "one that a call created in place of another",
    { recorded: recorded("br-old"), intent: { ...intent, replaces: "br-old" } },
    true,
    "adopt",
  ],
])("takes a branch that is there: %s", (_what, known, fresh, action) => {
  expect(claimBranch(name, known, { branches: [...others, found], fresh })).toEqual({ action, found });
});

test("forks a branch that is not there, whatever was recorded", () => {
  for (const known of [none, { recorded: recorded("br-1"), intent }])
    expect(claimBranch(name, known, { branches: others, fresh: false })).toEqual({ action: "fork" });
});

test.each<[what: string, known: Known, message: string, hint: string]>([
  [
    "of which there is no record",
    none,
    "no record of this workspace shows that it was created here",
    "LAKEBASE_BRANCH_PREFIX",
  ],
  [
    "that is not the recorded one",
    { ...none, recorded: recorded("br-9") },
    "it is not the one created here, whose uid was br-9",
    "another experiment_slug",
  ],
  [
    "that was created after a call gave up",
    { ...none, intent: { ...intent, until: "2026-01-01T12:01:00Z" } },
    "no record",
    "delete the branch",
  ],
])("leaves a branch to others %s", (_what, known, message, hint) => {
  expect(() => claimBranch(name, known, { branches: [found], fresh: false })).toThrow(
    expect.objectContaining({
      code: "branch_conflict",
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    }),
  );
});
