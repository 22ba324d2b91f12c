import { expect, test } from "vitest";
import { asNumber } from "../../src/cli/as-number.ts";
import { getExitStatus } from "../../src/cli/exit-status.ts";
import { splitList } from "../../src/cli/split-list.ts";
import { makeResult, makeRun } from "../support/run-records.ts";

test.each([
  ["api,e2e", ["api", "e2e"]],
  ["api, e2e ,", ["api", "e2e"]],
  [",, ,", []],
  ["", []],
])("splits the list %j", (text, values) => {
  expect(splitList(text)).toEqual(values);
});

test.each([
  [undefined, undefined],
  ["0", 0],
  ["12", 12],
  ["", Number.NaN],
  [" ", Number.NaN],
  ["1x", Number.NaN],
  ["1,5", Number.NaN],
])("reads %j as %j, so that the core refuses what is no number", (text, number) => {
  expect(asNumber(text)).toBe(number);
});

test.each([
  ["finished", ["succeeded", "succeeded"], 0],
  ["finished", ["succeeded", "failed"], 2],
  ["finished", ["not_measured"], 2],
  ["finished", ["stopped"], 2],
  ["cancelled", ["succeeded"], 3],
  ["interrupted", ["succeeded"], 3],
  ["running", ["running"], 3],
] as const)("a run that is %s with %j exits with %i", (state, statuses, status) => {
  const results = statuses.map((each, index) => makeResult(`exp-${index}`, { status: each }));
  expect(getExitStatus(makeRun(results, { state }))).toBe(status);
});
