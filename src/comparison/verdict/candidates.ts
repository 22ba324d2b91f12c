import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import { totals } from "./totals.ts";

/** The rows that win, those with the fewest flaky tests first. */
export function selectWinners(rows: ExperimentRow[]): ExperimentRow[] {
  return rows.filter((row) => row.signal === "winning").sort((a, b) => (a.flaky ?? 0) - (b.flaky ?? 0));
}

/** Whether an experiment is out of the running, whatever it was measured by: it was closed, or may not run again. */
export function isEliminated({ signal }: ExperimentRow): boolean {
  return signal === "abandoned" || signal === "capped";
}

/** Whether an experiment can still change what others come to: it is neither measured nor out. */
export function isUndecided(row: ExperimentRow): boolean {
  return row.signal !== "winning" && !isEliminated(row) && !isMeasuredFailure(row);
}

/** Whether it was measured and failed. Where flaky tests alone keep it from winning, it may still do. */
export function hasLost(row: ExperimentRow): boolean {
  const hasFailed = totals(row).failed > 0 || row.evidence?.setup_failed !== undefined;
  return isEliminated(row) || (isMeasuredFailure(row) && hasFailed);
}

/** Failures that somebody only claims do not rule an experiment out. */
function isMeasuredFailure({ signal, evidence_state }: ExperimentRow): boolean {
  return signal === "failing" && evidence_state === "counted";
}

/**
 * The rows that lead: the winners; where there are none, those that passed what was measured of them. Where that is all
 * of them, none leads.
 */
export function selectLeaders(rows: ExperimentRow[]): ExperimentRow[] {
  const winners = selectWinners(rows);
  if (winners.length > 0) return winners;
  const leaders = rows.filter(
    (row) => row.signal === "no_evidence" && row.evidence_state === "counted" && totals(row).passed > 0,
  );
  return leaders.length < rows.length || rows.length === 1 ? leaders : [];
}

/** Whether the setup failed in all experiments that are left: the plan or the parent branch is at fault then. */
export function failsSetupEverywhere(rows: ExperimentRow[]): boolean {
  const left = rows.filter((row) => row.signal !== "abandoned");
  return (
    left.length > 0 &&
    left.every(
      (row) => !isUndecided(row) && row.signal !== "winning" && row.evidence?.setup_failed !== undefined,
    )
  );
}
