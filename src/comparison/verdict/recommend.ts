import type { ExperimentRow, Recommendation } from "../../../schemas/comparison.ts";
import { explain } from "./rationale.ts";
import { winnersOf } from "./signals.ts";

export interface Advice {
  recommendation: Recommendation;
  /** Names and numbers, and what would change the recommendation. */
  rationale: string;
}

/**
 * What to do next, and why.
 * @param best the winner that metrics show to be worse less often than any other, if they do
 */
export function recommend(rows: ExperimentRow[], best?: string): Advice {
  const recommendation = decide(rows);
  return { recommendation, rationale: explain(recommendation, rows, best) };
}

/**
 * Anything still running holds every other verdict back. An experiment that may yet win, since no run has counted all
 * of it, or whose record is broken, holds back only the verdict that nothing can win.
 */
function decide(rows: ExperimentRow[]): Recommendation {
  if (rows.some((row) => row.signal === "running")) return "continue";
  const winners = winnersOf(rows);
  if (winners.length > 0) return winners.length === 1 ? "promote" : "synthesize";
  const allFinished = !rows.some(isUncounted);
  return allFinished && rows.length > 0 ? "abandon-all" : "continue";
}

/** No record tells how it went, its run was ended early, it left out what others ran, or it is a mere claim. */
function isUncounted({
  signal,
  status,
  evidence_state,
  evidence,
  tags_not_run = [],
}: ExperimentRow): boolean {
  const isUnfinished = Object.values(evidence?.by_tag ?? {}).some(({ unfinished }) => unfinished === true);
  const isClaim = signal === "no_evidence" && evidence_state === "claimed";
  return status === "unknown" || isUnfinished || tags_not_run.length > 0 || isClaim;
}
