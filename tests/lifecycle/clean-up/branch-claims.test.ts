import { describe, expect, test } from "vitest";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import type { Branch } from "../../../src/lakebase/resources.ts";
import { listClaims } from "../../../src/lifecycle/clean-up/branch-claims.ts";
import type { WorkspaceRecords } from "../../../src/lifecycle/workspace-records.ts";
import { makeBranch } from "../../support/branches.ts";
import { makeClosed } from "../../support/closed-records.ts";
import { makePromotion, makeVerification } from "../../support/promotions.ts";
import { makeResult, makeRun } from "../../support/run-records.ts";

const ref = { workspace: "/w", feature_id: "F1", experiment_slug: "exp-a" };
const name = "f1--exp-a";
const own = makeBranch(name, { uid: "br-1" });
const other = makeBranch(name, { uid: "br-2" });
const unnamed = makeBranch(name, { uid: null });
const elsewhere = makeBranch("f1--exp-b", { uid: "br-1" });

const none: WorkspaceRecords = {
  workspace: "/w",
  experiments: [],
  elsewhere: [],
  closed: [],
  closing: [],
  intents: [],
  promotions: [],
  runs: [],
};

/** What the records say about a branch: the state of each claim on it. */
const judge = (records: Partial<WorkspaceRecords>, branch: Branch) =>
  listClaims({ ...none, ...records }).flatMap((claim) => claim.assess(branch)?.state ?? []);

test("a workspace without records claims nothing", () => {
  expect(judge({}, own)).toEqual([]);
});

const experiment = { ...ref, branch: asBranchName(name), branch_uid: "br-1" };

describe.each(["experiments", "elsewhere"] as const)("an open experiment, of the records' %s", (which) => {
  test.each([
    ["its branch", own, ["needed"]],
    ["another branch of its name", other, []],
    ["a branch of its name without a uid", unnamed, ["needed"]],
    ["another branch", elsewhere, []],
  ])("%s", (_what, branch, states) => {
    expect(judge({ [which]: [experiment] }, branch)).toEqual(states);
  });

  test("needs any branch of its name if its record has no uid", () => {
    expect(judge({ [which]: [{ ...experiment, branch_uid: undefined }] }, other)).toEqual(["needed"]);
  });
});

test("an experiment that is being closed still needs its branch", () => {
  expect(judge({ closing: [{ ref, record: makeClosed() }] }, own)).toEqual(["needed"]);
});

describe("a closed experiment", () => {
  const records = (more = {}) => ({ closed: [{ ...makeClosed(more), directory: "/w/a" }] });

  test.each([
    ["its branch", own, ["over"]],
    ["another branch of its name", other, []],
    ["a branch of its name without a uid", unnamed, ["unproven"]],
    ["another branch", elsewhere, []],
  ])("%s", (_what, branch, states) => {
    expect(judge(records(), branch)).toEqual(states);
  });

  test("leaves a branch unproven if its record has no uid", () => {
    expect(judge(records({ branch_uid: null }), own)).toEqual(["unproven"]);
  });
});

describe("an intent to create a branch", () => {
  const record = {
    branch: name,
    since: "2026-01-01T12:00:00Z",
    until: "2026-01-01T12:10:00Z",
    replaces: null,
    uid: "br-1",
  };
  const intents = (more = {}) => ({ intents: [{ ref, record: { ...record, ...more } }] });

  test("gives up the branch whose uid it noted, and no other", () => {
    expect(judge(intents(), own)).toEqual(["over"]);
    expect(judge(intents(), other)).toEqual([]);
  });

  test("leaves a branch unproven that appeared meanwhile", () => {
    const meanwhile = { ...own, create_time: "2026-01-01T12:05:00Z" };
    expect(judge(intents({ uid: null }), meanwhile)).toEqual(["unproven"]);
    expect(judge(intents({ uid: null }), { ...own, create_time: "2026-01-02T00:00:00Z" })).toEqual([]);
  });
});

describe("a verification", () => {
  const run_id = "run-20260101T000000-0123abcd";
  const fork = "f1--exp-a--verify--0123abcd";
  const run = (state: "running" | "finished") =>
    makeRun([makeResult("exp-a")], { run_id, kind: "verification", state });
  const scratch = { branch: fork, branch_uid: "br-1", worktree: null };
  const promotions = [{ ref, verification: makeVerification({ run_id, scratch }) }];
  const forked = makeBranch(fork, { uid: "br-1" });

  test("needs its fork while its run goes on, and no longer after", () => {
    expect(judge({ promotions, runs: [run("running")] }, forked)).toEqual(["needed", "needed"]);
    expect(judge({ promotions, runs: [run("finished")] }, forked)).toEqual(["over", "over"]);
    expect(judge({ promotions }, forked)).toEqual(["over"]);
    expect(judge({ promotions }, makeBranch(fork, { uid: "br-2" }))).toEqual([]);
  });

  test("is recognized by its run if a later one replaced its record, with or without a prefix", () => {
    expect(judge({ runs: [run("finished")] }, forked)).toEqual(["over"]);
    expect(judge({ runs: [run("finished")] }, makeBranch(`kai--${fork}`, { uid: "br-3" }))).toEqual(["over"]);
    expect(judge({ runs: [run("finished")] }, makeBranch(`x${fork}`, { uid: "br-3" }))).toEqual([]);
    expect(judge({ runs: [{ ...run("finished"), kind: "promotion" as const }] }, forked)).toEqual([]);
  });
});

describe("the safety branch of a promotion", () => {
  const [past, future] = ["2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"];
  const judgeSafety = (branch: Branch, expire_time: string | null, uid: string | null = "br-1") => {
    const safety_branch = { branch: name, since: past, uid, expire_time };
    return judge({ promotions: [{ ref, promotion: makePromotion({ safety_branch }) }] }, branch);
  };

  test.each<[what: string, branch: Branch, expires: string | null, uid: string | null, states: string[]]>([
    ["is needed until it expires", own, future, "br-1", ["needed"]],
    ["is needed if it never expires", own, null, "br-1", ["needed"]],
    ["is over once it has expired", { ...own, expire_time: past }, past, "br-1", ["over"]],
    ["stays if someone extended its lifetime", { ...own, expire_time: future }, past, "br-1", ["unproven"]],
    ["stays if someone gave it no expiry", own, past, "br-1", ["unproven"]],
    ["stays if its uid was not recorded", { ...own, expire_time: past }, past, null, ["unproven"]],
    ["stays if Lakebase does not say its uid", { ...unnamed, expire_time: past }, past, "br-1", ["unproven"]],
    ["is not another one of its name", { ...other, expire_time: past }, past, "br-1", []],
  ])("%s", (_what, branch, expires, uid, states) => {
    expect(judgeSafety(branch, expires, uid)).toEqual(states);
  });
});
