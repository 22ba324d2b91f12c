import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import { sumTests } from "./totals.ts";

/** Selects the winning rows, those with the fewest flaky tests first. */
export function selectWinners(rows: ExperimentRow[]): ExperimentRow[] {
  return rows.filter((row) => row.signal === "winning").sort((a, b) => (a.flaky ?? 0) - (b.flaky ?? 0));
}

/** True if an experiment is out of the running, whatever was measured: it was closed or has used up its budget. */
export function isEliminated({ signal }: ExperimentRow): boolean {
  return signal === "abandoned" || signal === "capped";
}

/** True if an experiment may still change the recommendation: it is neither measured nor eliminated. */
export function isUndecided(row: ExperimentRow): boolean {
  return row.signal !== "winning" && !isEliminated(row) && !isMeasuredFailure(row);
}

/** True if it was measured and failed, or is eliminated. If only flaky tests keep it from winning, it may still win. */
export function hasLost(row: ExperimentRow): boolean {
  const hasFailed = sumTests(row).failed > 0 || row.evidence?.setup_failed !== undefined;
  return isEliminated(row) || (isMeasuredFailure(row) && hasFailed);
}

/** Failures that are only claimed do not rule an experiment out. */
function isMeasuredFailure({ signal, evidence_state }: ExperimentRow): boolean {
  return signal === "failing" && evidence_state === "counted";
}

/**
 * Selects the leading rows: the winners, or if there are none, the rows that passed everything measured so far. If that
 * is all of them, none leads.
 */
export function selectLeaders(rows: ExperimentRow[]): ExperimentRow[] {
  const winners = selectWinners(rows);
  if (winners.length > 0) return winners;
  const leaders = rows.filter(
    (row) => row.signal === "no_evidence" && row.evidence_state === "counted" && sumTests(row).passed > 0,
  );
  return leaders.length < rows.length || rows.length === 1 ? leaders : [];
}

/** True if the setup failed in all remaining experiments. Then the plan or the parent branch is to blame. */
export function failsSetupEverywhere(rows: ExperimentRow[]): boolean {
  const left = rows.filter((row) => row.signal !== "abandoned");
  return (
    left.length > 0 &&
    left.every(
      (row) => !isUndecided(row) && row.signal !== "winning" && row.evidence?.setup_failed !== undefined,
    )
  );
}
