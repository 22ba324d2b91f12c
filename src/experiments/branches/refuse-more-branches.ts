import { CoreError } from "../../utils/core-error.ts";

/** @throws CoreError `budget_spent` if a feature has, or would have, more branches than its plan allows */
export function refuseMoreBranches(branches: number, most: number, verb: "has" | "would have"): void {
  if (branches <= most) return;
  const what = `The feature ${verb} ${branches} branches; its plan allows ${most}.`;
  throw new CoreError("budget_spent", what, {
    hint: "Close experiments, or raise budget.max_branches in plan.json.",
  });
}
