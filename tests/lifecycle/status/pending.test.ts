import { expect, test } from "vitest";
import type { Promotion, Verification } from "../../../schemas/promotion/promotion.ts";
import { listPending } from "../../../src/lifecycle/status/pending.ts";
import { makePromotion, makeVerification } from "../../support/promotions.ts";

const ref = { workspace: "/w", feature_id: "F1", experiment_slug: "exp-a" };
const begun_at = "2026-01-01T00:00:00Z";
const verified_by = makePromotion().verified;

const verification = (state: Verification["state"], run_id = "r1") => makeVerification({ state, run_id });
const promotion = (state: Promotion["state"], more: Partial<Promotion> = {}) =>
  makePromotion({ state, verified: { ...verified_by, run_id: "r1" }, ...more });

const migrating = {
  steps: [{ step: "migrate" as const, state: "begun" as const, ts: begun_at, run_id: "r2" }],
};

const table: [
  what: string,
  v: Verification | undefined,
  p: Promotion | undefined,
  state: string | undefined,
][] = [
  ["nothing", undefined, undefined, undefined],
  ["a verification that failed", verification("failed"), undefined, undefined],
  ["one that succeeded", verification("succeeded"), undefined, "verified"],
  [
    "a promotion that failed before it changed anything",
    verification("succeeded"),
    promotion("failed"),
    "verified",
  ],
  ["one that began to migrate", verification("succeeded"), promotion("failed", migrating), "unfinished"],
  ["one whose worker died", verification("succeeded"), promotion("running", migrating), "unfinished"],
  ["one that is over", verification("succeeded"), promotion("promoted"), "over"],
  ["one that stopped at a git branch", verification("succeeded"), promotion("ready"), "over"],
  ["one that is over, and verified anew", verification("succeeded", "r3"), promotion("promoted"), "verified"],
];

test.each(table)("%s", (_what, verified, promoted, state) => {
  const records = { ref, verification: verified, promotion: promoted };
  expect(listPending([records], ["exp-a"]).map((each) => each.state)).toEqual([state].filter((each) => each));
  expect(listPending([records], [])).toEqual([]);
});

test("shows only the safety branch of a closed experiment, until it expires", () => {
  const safety = (expire_time: string) =>
    promotion("promoted", { safety_branch: { branch: "before-f1", since: begun_at, uid: "u", expire_time } });
  const tell = (expire_time: string) =>
    listPending([{ ref, promotion: safety(expire_time) }], []).map(({ state, what }) => [state, what]);
  expect(tell("2999-01-01T00:00:00Z")).toEqual([
    ["kept", expect.stringContaining("before-f1 keeps the parent")],
  ]);
  expect(tell("2026-01-02T00:00:00Z")).toEqual([]);
});
