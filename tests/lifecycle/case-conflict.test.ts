import { expect, test } from "vitest";
import { findCaseConflict } from "../../src/lifecycle/case-conflict.ts";

test("recognizes a folder whose name differs only in letter case", () => {
  expect(findCaseConflict("Exp-A", ["exp-a", "exp-b"])).toBe("exp-a");
  expect(findCaseConflict("Exp-A", ["exp-a", "Exp-A"])).toBeUndefined();
  expect(findCaseConflict("exp-c", ["exp-a", "exp-b"])).toBeUndefined();
});
