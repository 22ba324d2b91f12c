import { expect, test } from "vitest";
import type { TagEvidence } from "../../../schemas/experiment/outcomes.ts";
import { findSuitesWithoutEvidence } from "../../../src/comparison/verdict/situation.ts";
import { advise } from "./advise.ts";
import { type Kind, makeEvidence, makeRow } from "./kinds.ts";

const none: TagEvidence = { state: "no_evidence", reason: "its report is missing" };
const row = (kind: Kind, index: number, api: TagEvidence, more = {}) => ({
  ...makeRow(kind, index),
  evidence: makeEvidence(api),
  ...more,
});

test.each([
  ["ran once without any", [row("no_evidence", 0, none)], ["api"]],
  ["ran nowhere", [makeRow("not_started", 0)], []],
  ["could not run", [row("no_evidence", 0, { ...none, code: "branch_gone" })], []],
  ["was ended early", [row("no_evidence", 0, { ...none, unfinished: true })], []],
  [
    "could not run in one experiment, and gave none in another",
    [row("no_evidence", 0, { ...none, code: "branch_gone" }), row("no_evidence", 1, none)],
    ["api"],
  ],
  [
    "gave some in one experiment",
    [row("no_evidence", 0, none), row("failing", 1, { state: "evidence" })],
    [],
  ],
  [
    "gave some in an abandoned one",
    [row("no_evidence", 0, none), row("abandoned", 1, { state: "evidence" })],
    [],
  ],
  ["gave none in an abandoned one alone", [row("abandoned", 0, none), makeRow("not_started", 1)], []],
  ["gave none in a claim", [row("claiming", 0, none)], []],
])("a suite that %s", (_what, rows, tags) => {
  expect(findSuitesWithoutEvidence(rows, ["api"])).toEqual(tags);
});

test("only required suites count, in the plan's order", () => {
  const evidence = makeEvidence(none, { by_tag: { api: none, e2e: none, infra: none } });
  const rows = [{ ...makeRow("no_evidence", 0), evidence }];
  expect(findSuitesWithoutEvidence(rows, ["infra", "api", "load"])).toEqual(["infra", "api"]);
  expect(findSuitesWithoutEvidence(rows, [])).toEqual([]);
});

test("a suite may have the name of a property that every object has", () => {
  expect(findSuitesWithoutEvidence([row("failing", 0, none)], ["constructor"])).toEqual([]);
});

test("a design whose suite ran without a result that another one has is to be corrected, not just run again", () => {
  const passed = makeEvidence({ state: "evidence" });
  const rows = [{ ...makeRow("winning", 0), evidence: passed }, row("no_evidence", 1, none)];
  const next = (required: string[]) => advise([...rows, makeRow("not_started", 2)], { required }).next_action;
  expect(next(["api"])).toEqual({ action: "correct", experiments: ["exp-1"], tags: ["api"] });
  expect(next([])).toEqual({ action: "run", experiments: ["exp-1", "exp-2"] });
  const stopped = row("no_evidence", 1, { ...none, unfinished: true });
  expect(advise([...rows.slice(0, 1), stopped], { required: ["api"] }).next_action).toEqual({
    action: "run",
    experiments: ["exp-1"],
  });
});

test("nobody is sent to correct a suite when only abandoned experiments ran it", () => {
  const abandoned = row("abandoned", 0, none);
  expect(advise([abandoned], { required: ["api"] }).next_action).toEqual({
    action: "create",
    experiments: [],
  });
  expect(advise([abandoned, makeRow("not_started", 1)], { required: ["api"] }).next_action).toEqual({
    action: "run",
    experiments: ["exp-1"],
  });
});
