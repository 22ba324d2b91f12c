import type { EvidenceState, ExperimentRow, Signal } from "../../schemas/comparison.ts";
import type { ExperimentOutcomes, TagOutcome } from "../../schemas/outcomes.ts";

export interface Verdict {
  signal: Signal;
  evidence_state: EvidenceState;
  /** Why, where the counts alone do not tell. */
  reason?: string;
}

/**
 * What a record shows. A winner succeeded, passed something, failed nothing in its totals or in any tag, and has no
 * tag whose suite proved nothing. Undefined stands for an experiment that has no record yet.
 */
export function judge(outcomes: ExperimentOutcomes | undefined): Verdict {
  if (outcomes === undefined) return { signal: "not_started", evidence_state: "none" };
  const { passed, failed } = totals(outcomes);
  const evidence_state = stateOf(outcomes, passed + failed);
  const { status } = outcomes;
  if (status === "running" || status === "abandoned") return { signal: status, evidence_state };
  if (failed > 0) return { signal: "failing", evidence_state };

  const unproven = unprovenTags(outcomes);
  if (unproven.length > 0) return { signal: "no_evidence", evidence_state, reason: unproven.join("; ") };
  if (status === "failed")
    return { signal: "failing", evidence_state, reason: "it failed outside its tests" };
  if (passed === 0) return { signal: "no_evidence", evidence_state, reason: "no test passed" };
  return { signal: "winning", evidence_state };
}

/** The winning rows. Where a run counted for one of them, a mere claim does not stand beside it. */
export function winnersOf(rows: ExperimentRow[]): ExperimentRow[] {
  const winning = rows.filter((row) => row.signal === "winning");
  const counted = winning.filter((row) => row.evidence_state === "counted");
  return counted.length > 0 ? counted : winning;
}

/**
 * What was passed and failed in all. Totals are authoritative where they are given; but a failure that only a tag
 * tells of is one too.
 */
export function totals(
  outcomes: Pick<ExperimentOutcomes, "tests_passed" | "tests_failed" | "by_tag">,
): TagOutcome {
  const tags = Object.values(outcomes.by_tag ?? {});
  const sum = (of: keyof TagOutcome) => tags.reduce((total, tag) => total + tag[of], 0);
  return {
    passed: outcomes.tests_passed ?? sum("passed"),
    failed: Math.max(outcomes.tests_failed ?? 0, sum("failed")),
  };
}

function stateOf(outcomes: ExperimentOutcomes, tests: number): EvidenceState {
  if (tests === 0) return "none";
  return outcomes.evidence === undefined ? "claimed" : "counted";
}

function unprovenTags(outcomes: ExperimentOutcomes): string[] {
  return Object.entries(outcomes.evidence?.by_tag ?? {})
    .filter(([, evidence]) => evidence.state === "no_evidence")
    .map(([tag, { reason }]) => (reason === undefined ? tag : `${tag}: ${reason}`));
}
