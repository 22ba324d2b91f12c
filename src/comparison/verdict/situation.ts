import type { Combination } from "../../../schemas/comparison/combination.ts";
import type { ExperimentRow, Recommendation } from "../../../schemas/comparison/comparison.ts";
import { failsSetupEverywhere, hasLost, isUndecided, selectWinners } from "./candidates.ts";
import type { Choice } from "./choice.ts";

/** What a recommendation goes by, beside the rows. */
export interface DecisionInput {
  /** The tags that a winner must have been measured by. */
  required: readonly string[];
  /** How winners go together, pair by pair. */
  combinations: readonly Combination[];
  /** Winners whose worktrees hold the same code, group by group. */
  same_code: readonly (readonly string[])[];
  /** What tells winners apart that pass the same tests. */
  choice: Choice;
  /** The ids of the runs that go on. */
  runs?: readonly string[] | undefined;
}

/** Why a recommendation is what it is. */
export type Situation =
  | "no_experiments"
  | "running"
  | "setup_fails_everywhere"
  | "suite_without_evidence"
  | "not_measured"
  | "flaky"
  | "same_code"
  | "conflict"
  | "best_of_conflict"
  | "one_wins"
  | "several_win"
  | "all_failed";

export const recommendations: Record<Situation, Recommendation> = {
  no_experiments: "continue",
  running: "continue",
  setup_fails_everywhere: "continue",
  suite_without_evidence: "continue",
  not_measured: "continue",
  flaky: "continue",
  same_code: "continue",
  conflict: "continue",
  best_of_conflict: "promote",
  one_wins: "promote",
  several_win: "synthesize",
  all_failed: "abandon-all",
};

/**
 * What decides. Nothing is promoted, synthesized or abandoned while any experiment runs, or may yet win since it is not
 * measured. What fails everywhere for the same cause is a mistake of the plan, and no design's.
 */
export function classifySituation(rows: ExperimentRow[], evidence: DecisionInput): Situation {
  if (rows.length === 0) return "no_experiments";
  if (rows.some((row) => row.signal === "running")) return "running";
  if (failsSetupEverywhere(rows)) return "setup_fails_everywhere";
  if (findSuitesWithoutEvidence(rows, evidence.required).length > 0) return "suite_without_evidence";
  if (rows.some(isUndecided)) return "not_measured";
  const winners = selectWinners(rows);
  if (winners.length === 0) return rows.every(hasLost) ? "all_failed" : "flaky";
  if (winners.length === 1) return "one_wins";
  if (evidence.same_code.length > 0) return "same_code";
  const conflicts = findConflicts(evidence.combinations);
  if (conflicts.length === 0) return "several_win";
  const best = evidence.choice.by_metrics;
  const rivals = conflicts.filter(({ experiments }) => experiments.some((slug) => slug === best));
  return rivals.length === winners.length - 1 ? "best_of_conflict" : "conflict";
}

/** The required suites that ran and gave no evidence for any experiment. One that could not be reached tells nothing. */
export function findSuitesWithoutEvidence(rows: ExperimentRow[], required: readonly string[]): string[] {
  return required.filter((tag) => {
    const all = rows
      .filter((row) => row.evidence_state !== "claimed")
      .map(({ evidence }) => evidence?.by_tag)
      .flatMap((byTag) => (byTag !== undefined && Object.hasOwn(byTag, tag) ? (byTag[tag] ?? []) : []));
    const hasRun = all.some(({ code, unfinished }) => code === undefined && unfinished !== true);
    return hasRun && all.every(({ state }) => state === "no_evidence");
  });
}

/** Pairs of winners whose changes do not go together. */
export function findConflicts(combinations: readonly Combination[]): Combination[] {
  return combinations.filter(({ code, schema_objects }) => code === "conflicts" || schema_objects.length > 0);
}
