import type { ExperimentRow, NextAction, Recommendation } from "../../../schemas/comparison/comparison.ts";
import { type Evidence, findGround, recommendations } from "./ground.ts";
import { findNextAction } from "./next-action.ts";
import { explain } from "./rationale.ts";

export interface Advice {
  recommendation: Recommendation;
  /** Names and numbers, and what would change the recommendation. */
  rationale: string;
  next_action: NextAction;
}

/** What to do next, and why. */
export function recommend(rows: ExperimentRow[], evidence: Partial<Evidence> = {}): Advice {
  const all = { required: [], combinations: [], same_code: [], choice: { locks: new Map() }, ...evidence };
  const ground = findGround(rows, all);
  return {
    recommendation: recommendations[ground],
    rationale: explain(ground, rows, all),
    next_action: findNextAction(ground, rows, all),
  };
}
