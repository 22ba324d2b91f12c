import { describe, expect, test } from "vitest";
import type { Promotion } from "../../../schemas/promotion/promotion.ts";
import { nameMigration } from "../../../src/lifecycle/promote/checks/migration-files.ts";
import { createObjection, refuse } from "../../../src/lifecycle/promote/checks/objection.ts";
import { findResumption, hasBegun, isDone, isFinished } from "../../../src/lifecycle/promote/resume.ts";
import { makePromotion, makeVerification } from "../../support/promotions.ts";
import { makeResult, makeRun } from "../../support/run-records.ts";

type Steps = Promotion["steps"];
const step = (name: Steps[number]["step"], state: Steps[number]["state"]): Steps[number] => ({
  step: name,
  state,
  ts: "2026-01-01T00:00:00Z",
  run_id: "r",
});

test.each([
  ["safety_branch", true, true],
  ["migrate", true, false],
  ["advance", false, false],
] as const)("whether the step %s has begun: %j, and is done: %j", (name, isBegun, isOver) => {
  const promotion = makePromotion({ steps: [step("safety_branch", "done"), step("migrate", "failed")] });
  expect([hasBegun(promotion, name), isDone(promotion, name)]).toEqual([isBegun, isOver]);
});

test.each([
  ["running", false],
  ["failed", false],
  ["promoted", true],
  ["ready", true],
] as const)("a promotion that is %s is finished: %j", (state, is) => {
  expect(isFinished(makePromotion({ state }))).toBe(is);
});

describe("a confirmation resumes", () => {
  const migrating = makePromotion({ state: "failed", steps: [step("migrate", "begun")] });
  const open = makeRun([makeResult("exp-a")], { state: "running" });

  test.each<[what: string, promotion: Promotion | undefined, isResumed: boolean]>([
    ["a migration that was interrupted", migrating, true],
    ["a promotion whose worker died", { ...migrating, state: "running" }, true],
    ["checkouts that were moved", { ...migrating, steps: [step("checkouts", "done")] }, true],
    ["nothing that had changed nothing yet", { ...migrating, steps: [step("safety_branch", "done")] }, false],
    ["nothing that is over", { ...migrating, state: "promoted" }, false],
    ["nothing, if there is none", undefined, false],
  ])("%s", (_what, promotion, isResumed) => {
    expect(findResumption(promotion, makeVerification(), undefined)).toBe(isResumed ? promotion : undefined);
  });

  test("nothing while a run is working on it, or after a later verification", () => {
    expect(findResumption(migrating, makeVerification(), open)).toBeUndefined();
    expect(findResumption(migrating, makeVerification({ run_id: "later" }), undefined)).toBeUndefined();
    expect(findResumption(migrating, undefined, undefined)).toBeUndefined();
  });
});

describe("objections", () => {
  const first = createObjection("not_verified", "It was not verified.", { hint: "Verify it." });
  const accepted = createObjection("not_recommended", "It did not win.", { hint: "Run.", acceptable: true });

  test("are refused with the first of them, naming the others", () => {
    expect(() => refuse([first, accepted, { ...first, code: "target_moved" }])).toThrow(
      expect.objectContaining({
        code: "not_verified",
        message: "It was not verified. Other objections: not_recommended, target_moved.",
        hint: "Verify it.",
      }),
    );
  });

  test("say how to override the first, if it may be", () => {
    expect(() => refuse([accepted])).toThrow(
      expect.objectContaining({
        message: "It did not win.",
        hint: 'Run. Or override it: accept ["not_recommended"].',
      }),
    );
  });

  test("do not prevent anything if there are none", () => {
    expect(() => refuse([])).not.toThrow();
  });
});

test.each([
  ["knex", "1_init.ts", "1_init"],
  ["knex", "1_init.mjs", "1_init"],
  ["knex", "1_init", "1_init"],
  ["knex", "1_a.sql", "1_a.sql"],
  ["flyway", "V1__init.sql", "V1__init"],
  ["flyway", "db/migration/V1.2__init.sql", "V1.2__init"],
  ["flyway", "db.migration.V2__Fill", "V2__Fill"],
  ["flyway", "R__views.sql", "R__views"],
  ["flyway", "<< Flyway Baseline >>", "<< Flyway Baseline >>"],
  ["prisma", "1_init.sql", "1_init.sql"],
  ["sqlx", "1", "1"],
] as const)("a migration of %s in the ledger as %s is called %s", (tool, entry, name) => {
  expect(nameMigration(tool, entry)).toBe(name);
});
