import { describe, expect, test } from "vitest";
import { planSchema } from "../../../schemas/plan/plan.ts";
import type { DatabaseState } from "../../../schemas/promotion/database-state.ts";
import type { Verification } from "../../../schemas/promotion/promotion.ts";
import { fingerprintPlan } from "../../../src/experiments/code/fingerprint.ts";
import { writeParentState } from "../../../src/experiments/promotion.ts";
import { asBranchName, asBranchUid } from "../../../src/lakebase/branches/branch-id.ts";
import { checkVerification } from "../../../src/lifecycle/promote/checks/check-verification.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { makeVerification } from "../../support/promotions.ts";

const plan = planSchema.parse({ suites: { api: { command: ["make"], report: { format: "exit-code" } } } });
const other = planSchema.parse({ suites: { api: { command: ["true"], report: { format: "exit-code" } } } });

const experiment_commit = "e".repeat(40);
const target_commit = "a".repeat(40);
const code = {
  target: "main",
  target_commit,
  experiment_commit,
  merge_commit: "m".repeat(40),
  how: "merge" as const,
};
const merge = { target: "main", target_commit, how: "merge" as const, conflicts: [] };
const parent = { branch: "production", uid: "br-1" };
const state: DatabaseState = { objects: { "table public.a": "1" }, rows: { "public.a": "1-1" }, ledgers: [] };

const verified = (more: Partial<Verification> = {}) =>
  makeVerification({ code, commit: code.merge_commit, parent, plan: fingerprintPlan(plan), ...more });
const present: Parameters<typeof checkVerification>[2] = {
  plan,
  code: { commit: experiment_commit, merge },
  parent: { parent: { branch: asBranchName("production"), uid: asBranchUid("br-1") }, state },
};

/** The objections to a verification, by what is there now. `before` is the parent's state when it was verified. */
async function check(
  verification: Verification | undefined,
  now: Partial<typeof present> = {},
  before: DatabaseState | undefined = state,
) {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  if (before !== undefined) await writeParentState(ref, before);
  const objections = await checkVerification(ref, verification, { ...present, ...now });
  return objections.map(({ code: name, message, acceptable }) => ({ code: name, message, acceptable }));
}

test("objects to nothing if everything is as it was verified", async () => {
  expect(await check(verified())).toEqual([]);
});

const at = (commit: string) => ({ code: { commit, merge } });

test.each<
  [
    what: string,
    verification: Verification | undefined,
    now: Partial<typeof present>,
    code: string,
    message: string,
  ]
>([
  ["nothing was verified", undefined, {}, "not_verified", "Nothing has been verified yet."],
  [
    "the code has changed",
    verified(),
    at("c".repeat(40)),
    "not_verified",
    "was of eeeeeeeeeeee, but the code is now at cccccccccccc.",
  ],
  ["the plan has changed", verified(), { plan: other }, "not_verified", "plan.json has changed"],
  [
    "the code goes elsewhere now",
    verified(),
    { code: { commit: experiment_commit, merge: { ...merge, target: "next" } } },
    "not_verified",
    "different git branch, not for next.",
  ],
  [
    "the target has moved",
    verified(),
    { code: { commit: experiment_commit, merge: { ...merge, target_commit: "b".repeat(40) } } },
    "target_moved",
    "moved from aaaaaaaaaaaa to bbbbbbbbbbbb",
  ],
  ["it did not finish", verified({ state: "stopped" }), {}, "not_verified", "did not finish."],
  ["it is running", verified({ state: "running" }), {}, "not_verified", "has not finished."],
  [
    "it failed",
    verified({ state: "failed", by_tag: { api: { passed: 1, failed: 2 } } }),
    {},
    "verification_failed",
    "failed: passed/failed: api 1/2",
  ],
  [
    "it measured too little",
    verified({
      state: "not_measured",
      error: { code: "not_authenticated", message: "There is no login.", hint: "", retryable: false },
    }),
    {},
    "verification_failed",
    "did not measure everything: There is no login.",
  ],
  [
    "it failed, and the code has changed since",
    verified({ state: "failed" }),
    at("c".repeat(40)),
    "not_verified",
    "now at cccccccccccc",
  ],
  [
    "it failed, and the plan has changed since",
    verified({ state: "failed" }),
    { plan: other },
    "not_verified",
    "plan.json has changed",
  ],
])("objects if %s", async (_what, verification, now, name, message) => {
  expect(await check(verification, now)).toEqual([
    { code: name, message: expect.stringContaining(message), acceptable: false },
  ]);
});

test("leaves what is unknown about the parent and the target to other checks", async () => {
  expect(await check(verified(), { parent: {} })).toEqual([]);
  expect(await check(verified(), { parent: { parent, state: undefined } })).toEqual([]);
  expect(await check(verified(), { code: {} })).toEqual([]);
});

describe("of the parent's branch", () => {
  const moved = { code: "target_moved", acceptable: false };

  test("objects to another one of its name, or of another name", async () => {
    const replaced = { parent: { branch: asBranchName("production"), uid: asBranchUid("br-2") }, state };
    expect(await check(verified(), { parent: replaced })).toMatchObject([moved]);
    const renamed = { parent: { branch: asBranchName("staging"), uid: asBranchUid("br-1") }, state };
    expect(await check(verified(), { parent: renamed })).toMatchObject([moved]);
  });

  test("objects to a changed schema, and to changed rows only until that is accepted", async () => {
    const objects = { ...state, objects: { "table public.a": "2" } };
    expect(await check(verified(), {}, objects)).toMatchObject([
      { ...moved, message: expect.stringContaining("table public.a") },
    ]);
    const rows = { ...state, rows: { "public.a": "1-2" } };
    expect(await check(verified(), {}, rows)).toMatchObject([{ code: "target_moved", acceptable: true }]);
    expect(await check(verified(), {}, { ...rows, ...objects, rows: rows.rows })).toMatchObject([moved]);
  });
});

test("objects if the record of the parent's state is gone", async () => {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  expect(await checkVerification(ref, verified(), present)).toMatchObject([
    { code: "target_moved", message: expect.stringContaining("parent-state.json does not record") },
  ]);
});

test("compares a design in the main checkout by the commit alone", async () => {
  const shared = verified({ code: null, commit: experiment_commit });
  const now = { code: { commit: experiment_commit } };
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  await writeParentState(ref, state);
  expect(await checkVerification(ref, shared, { ...present, ...now })).toEqual([]);
});
