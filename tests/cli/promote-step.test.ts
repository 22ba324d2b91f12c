import { expect, test } from "vitest";
import type { PromotionAnswer } from "../../schemas/promotion/promotion-answer.ts";
import { findStep } from "../../src/cli/commands/promote.ts";

type Objections = PromotionAnswer["objections"];
const objection = (code: Objections[number]["code"], acceptable = false): Objections[number] => ({
  ...{ code, acceptable, message: "It is so.", hint: "Change it.", retryable: false },
});

const unverified = objection("not_verified");
const conflict = objection("merge_conflict");
const loser = objection("not_recommended", true);
const rows = objection("target_moved", true);

test.each<
  [state: PromotionAnswer["state"], objections: Objections, accepted: string[], step: string | undefined]
>([
  ["planned", [unverified], [], "verify"],
  ["planned", [objection("target_moved")], [], "verify"],
  ["planned", [objection("verification_failed")], [], "verify"],
  ["planned", [loser, unverified], [], "verify"],
  ["planned", [conflict], [], undefined],
  ["planned", [conflict], ["merge_conflict"], undefined],
  ["verified", [], [], "promote"],
  ["verified", [loser], [], undefined],
  ["verified", [loser], ["not_recommended"], "promote"],
  ["verified", [loser, rows], ["not_recommended"], undefined],
  ["verified", [loser, rows], ["target_moved", "not_recommended"], "promote"],
  ["unfinished", [], [], "promote"],
  ["unfinished", [objection("target_moved")], ["target_moved"], "verify"],
  ["unfinished", [conflict], [], undefined],
  ["verifying", [unverified], [], undefined],
  ["promoting", [], [], undefined],
  ["promoted", [], [], undefined],
  ["ready", [], [], undefined],
])(
  "a promotion that is %s with %j, of which %j are accepted, can %s",
  (state, objections, accepted, step) => {
    expect(findStep({ state, objections }, accepted)).toBe(step);
  },
);
