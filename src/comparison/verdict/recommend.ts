import type { ExperimentRow, NextAction, Recommendation } from "../../../schemas/comparison/comparison.ts";
import { findNextAction } from "./next-action.ts";
import { explain } from "./rationale.ts";
import { classifySituation, type DecisionInput, recommendations } from "./situation.ts";

export interface Advice {
  recommendation: Recommendation;
  /** The reasons with names and numbers, and what would change the recommendation. */
  rationale: string;
  next_action: NextAction;
}

/** Recommends what to do next, and explains why. */
export function recommend(rows: ExperimentRow[], input: DecisionInput): Advice {
  const situation = classifySituation(rows, input);
  return {
    recommendation: recommendations[situation],
    rationale: explain(situation, rows, input),
    next_action: findNextAction(situation, rows, input),
  };
}
