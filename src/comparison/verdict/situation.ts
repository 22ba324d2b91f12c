import type { Combination } from "../../../schemas/comparison/combination.ts";
import type { ExperimentRow, Recommendation } from "../../../schemas/comparison/comparison.ts";
import { ownValue } from "../../utils/own-value.ts";
import { failsSetupEverywhere, hasLost, isUndecided, selectWinners } from "./candidates.ts";
import type { Choice } from "./choice.ts";

/** What a recommendation is based on, besides the rows. */
export interface DecisionInput {
  /** The tags that must be measured for an experiment to win. */
  required: readonly string[];
  /** How each pair of winners combines. */
  combinations: readonly Combination[];
  /** Groups of winners whose worktrees contain the same code. */
  same_code: readonly (readonly string[])[];
  /** What distinguishes winners that pass the same tests. */
  choice: Choice;
  /** Whether the feature has neither a plan nor experiments: most likely its name is mistyped. */
  is_unknown: boolean;
  /** The ids of the runs in progress. */
  runs?: readonly string[] | undefined;
}

/** The state of a comparison, which determines the recommendation. */
export type Situation =
  | "unknown_feature"
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
  unknown_feature: "continue",
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
 * Classifies the state of a comparison. Nothing is promoted, synthesized or abandoned while any experiment is running,
 * or is not fully measured and may still win. If everything fails for the same reason, the plan is at fault, not the
 * designs.
 */
export function classifySituation(rows: ExperimentRow[], input: DecisionInput): Situation {
  if (rows.length === 0) return input.is_unknown ? "unknown_feature" : "no_experiments";
  if (rows.some((row) => row.signal === "running")) return "running";
  if (failsSetupEverywhere(rows)) return "setup_fails_everywhere";
  if (findSuitesWithoutEvidence(rows, input.required).length > 0) return "suite_without_evidence";
  if (rows.some(isUndecided)) return "not_measured";
  const winners = selectWinners(rows);
  if (winners.length === 0) return rows.every(hasLost) ? "all_failed" : "flaky";
  if (winners.length === 1) return "one_wins";
  if (input.same_code.length > 0) return "same_code";
  const conflicts = findConflicts(input.combinations);
  if (conflicts.length === 0) return "several_win";
  const best = input.choice.by_metrics;
  const rivals = conflicts.filter(({ experiments }) => experiments.some((slug) => slug === best));
  return rivals.length === winners.length - 1 ? "best_of_conflict" : "conflict";
}

/**
 * Finds required suites that ran and gave no evidence for any experiment. A suite that could not run says nothing, and
 * one of an abandoned experiment only that it can give evidence.
 */
export function findSuitesWithoutEvidence(rows: ExperimentRow[], required: readonly string[]): string[] {
  const believed = rows.filter((row) => row.evidence_state !== "claimed");
  const open = believed.filter((row) => row.signal !== "abandoned");
  return required.filter((tag) => {
    const read = ({ evidence }: ExperimentRow) => ownValue(evidence?.by_tag, tag) ?? [];
    const hasRun = open.some((row) => gaveNoEvidence(row, tag));
    return hasRun && believed.flatMap(read).every(({ state }) => state === "no_evidence");
  });
}

/** Whether a suite ran to no evidence in an experiment, as if its code does not compile. */
export function gaveNoEvidence({ evidence }: ExperimentRow, tag: string): boolean {
  const own = ownValue(evidence?.by_tag, tag);
  return own?.state === "no_evidence" && own.code === undefined && own.unfinished !== true;
}

/** Selects the pairs of winners whose changes conflict. */
export function findConflicts(combinations: readonly Combination[]): Combination[] {
  return combinations.filter(({ code, schema_objects }) => code === "conflicts" || schema_objects.length > 0);
}
