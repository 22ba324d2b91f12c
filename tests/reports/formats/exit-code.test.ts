import { expect, it } from "vitest";
import { countCases } from "../../../src/reports/count-cases.ts";
import { makeExitCodeReport } from "../../../src/reports/formats/exit-code.ts";

it.each([
  [0, { passed: 1, failed: 0 }],
  [1, { passed: 0, failed: 1 }],
  [137, { passed: 0, failed: 1 }],
])("counts exit status %i", (status, counts) => {
  expect(countCases(makeExitCodeReport("infra", status))).toEqual(counts);
});
