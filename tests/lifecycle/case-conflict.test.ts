import { expect, test } from "vitest";
import { findCaseConflict } from "../../src/lifecycle/case-conflict.ts";

test("a name that finds a folder listed in other letters has found a twin", () => {
  expect(findCaseConflict("Exp-A", ["exp-a", "exp-b"])).toBe("exp-a");
  expect(findCaseConflict("Exp-A", ["exp-a", "Exp-A"])).toBeUndefined();
  expect(findCaseConflict("exp-c", ["exp-a", "exp-b"])).toBeUndefined();
});
