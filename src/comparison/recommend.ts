import type { ExperimentRow, Recommendation } from "../../schemas/comparison.ts";
import { explain } from "./rationale.ts";
import { winnersOf } from "./signals.ts";

export interface Advice {
  recommendation: Recommendation;
  /** Names and numbers, and what would change the recommendation. */
  rationale: string;
}

/** What to do next, and why. */
export function recommend(rows: ExperimentRow[]): Advice {
  const recommendation = decide(rows);
  return { recommendation, rationale: explain(recommendation, rows) };
}

/**
 * Anything still running holds every other verdict back. An experiment that never started, whose run was ended
 * early or left tags out, or whose record is broken, holds back only the verdict that nothing can win.
 */
function decide(rows: ExperimentRow[]): Recommendation {
  if (rows.some((row) => row.signal === "running")) return "continue";
  const winners = winnersOf(rows);
  if (winners.length > 0) return winners.length === 1 ? "promote" : "synthesize";
  const allFinished = !rows.some(
    (row) => row.signal === "not_started" || row.signal === "unreadable" || isUnfinished(row),
  );
  return allFinished && rows.length > 0 ? "abandon-all" : "continue";
}

function isUnfinished({ evidence, tags_not_run = [] }: ExperimentRow): boolean {
  if (tags_not_run.length > 0) return true;
  return Object.values(evidence?.by_tag ?? {}).some(({ unfinished }) => unfinished === true);
}
