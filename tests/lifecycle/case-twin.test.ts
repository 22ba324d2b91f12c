import { expect, test } from "vitest";
import { findCaseTwin } from "../../src/lifecycle/case-twin.ts";

test("a name that finds a folder listed in other letters has found a twin", () => {
  expect(findCaseTwin("Exp-A", ["exp-a", "exp-b"])).toBe("exp-a");
  expect(findCaseTwin("Exp-A", ["exp-a", "Exp-A"])).toBeUndefined();
  expect(findCaseTwin("exp-c", ["exp-a", "exp-b"])).toBeUndefined();
});
