import type { EvidenceState, ExperimentRow, Signal } from "../../../schemas/comparison.ts";
import type { ExperimentOutcomes, TagOutcome } from "../../../schemas/outcomes.ts";

export interface Verdict {
  signal: Signal;
  evidence_state: EvidenceState;
  /** Why, where the counts alone do not tell. */
  reason?: string;
  tags_not_run?: string[];
}

/**
 * What a record shows. A winner succeeded, passed something, failed nothing in its totals or in any tag, and a run
 * counted all of that: what somebody else wrote down is a claim, and no tag may be without evidence. It left out no
 * tag that it can be expected to have run. Undefined stands for an experiment that has no record yet.
 */
export function judge(
  outcomes: ExperimentOutcomes | undefined,
  expectedTags: readonly string[] = [],
): Verdict {
  if (outcomes === undefined) return { signal: "not_started", evidence_state: "none" };
  const { passed, failed } = totals(outcomes);
  const evidence_state = stateOf(outcomes, passed + failed);
  const { status } = outcomes;
  if (status === "running" || status === "abandoned") return { signal: status, evidence_state };
  if (failed > 0) return { signal: "failing", evidence_state };

  const unproven = unprovenTags(outcomes);
  if (unproven.length > 0) return { signal: "no_evidence", evidence_state, reason: unproven.join("; ") };
  const flaky = countFlaky(outcomes);
  const unsteady = passed === 0 && flaky > 0 ? `no test passed every time, ${flaky} flaky` : undefined;
  if (status === "failed")
    return { signal: "failing", evidence_state, reason: unsteady ?? "it failed outside its tests" };
  if (passed === 0) return { signal: "no_evidence", evidence_state, reason: unsteady ?? "no test passed" };
  if (evidence_state === "claimed") {
    const reason = `it claims ${passed} of ${passed}, and no run counted them`;
    return { signal: "no_evidence", evidence_state, reason };
  }
  const tags_not_run = tagsNotRun(outcomes, expectedTags);
  if (tags_not_run.length > 0) {
    const reason = `its last cycle did not run ${tags_not_run.join(", ")}`;
    return { signal: "no_evidence", evidence_state, reason, tags_not_run };
  }
  return { signal: "winning", evidence_state };
}

/** The rows that win, those with the fewest flaky tests first. */
export function winnersOf(rows: ExperimentRow[]): ExperimentRow[] {
  return rows.filter((row) => row.signal === "winning").sort((a, b) => (a.flaky ?? 0) - (b.flaky ?? 0));
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
  return Object.keys(outcomes.evidence?.by_tag ?? {}).length === 0 ? "claimed" : "counted";
}

/** How many tests both failed and passed. */
export function countFlaky({ evidence }: Pick<ExperimentOutcomes, "evidence">): number {
  return Object.values(evidence?.by_tag ?? {}).reduce((sum, { flaky = 0 }) => sum + flaky, 0);
}

function tagsNotRun({ evidence }: ExperimentOutcomes, expected: readonly string[]): string[] {
  return expected.filter((tag) => !Object.hasOwn(evidence?.by_tag ?? {}, tag));
}

function unprovenTags({ evidence, by_tag = {} }: ExperimentOutcomes): string[] {
  if (evidence === undefined) return [];
  const claimed = Object.keys(by_tag).filter((tag) => !Object.hasOwn(evidence.by_tag, tag));
  return [
    ...Object.entries(evidence.by_tag)
      .filter(([, { state }]) => state === "no_evidence")
      .map(([tag, { reason }]) => (reason === undefined ? tag : `${tag}: ${reason}`)),
    ...claimed.map((tag) => `${tag}: no run counted it`),
  ];
}
