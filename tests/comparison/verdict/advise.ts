import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import { type Advice, recommend } from "../../../src/comparison/verdict/recommend.ts";
import type { DecisionInput } from "../../../src/comparison/verdict/situation.ts";

const usual: DecisionInput = {
  required: [],
  combinations: [],
  same_code: [],
  choice: { locks: new Map() },
  is_unknown: false,
};

/** Recommends what to do about rows, where nothing else is known but what is given. */
export function advise(rows: ExperimentRow[], input: Partial<DecisionInput> = {}): Advice {
  return recommend(rows, { ...usual, ...input });
}
