import type { ExperimentRow, NextAction, Recommendation } from "../../../schemas/comparison/comparison.ts";
import { findNextAction } from "./next-action.ts";
import { explain } from "./rationale.ts";
import { classifySituation, type DecisionInput, recommendations } from "./situation.ts";

export interface Advice {
  recommendation: Recommendation;
  /** Names and numbers, and what would change the recommendation. */
  rationale: string;
  next_action: NextAction;
}

/** What to do next, and why. */
export function recommend(rows: ExperimentRow[], evidence: Partial<DecisionInput> = {}): Advice {
  const all = { required: [], combinations: [], same_code: [], choice: { locks: new Map() }, ...evidence };
  const situation = classifySituation(rows, all);
  return {
    recommendation: recommendations[situation],
    rationale: explain(situation, rows, all),
    next_action: findNextAction(situation, rows, all),
  };
}
