import type { ExperimentOutcomes, TagOutcome } from "../../../schemas/experiment/outcomes.ts";

/**
 * Sums up the tests that passed and failed. A recorded total is authoritative, but a failure recorded only for a tag
 * counts too.
 */
export function sumTests(
  outcomes: Pick<ExperimentOutcomes, "tests_passed" | "tests_failed" | "by_tag">,
): TagOutcome {
  const tags = Object.values(outcomes.by_tag ?? {});
  const sum = (of: keyof TagOutcome) => tags.reduce((total, tag) => total + tag[of], 0);
  return {
    passed: outcomes.tests_passed ?? sum("passed"),
    failed: Math.max(outcomes.tests_failed ?? 0, sum("failed")),
  };
}

/** Counts the tests that both failed and passed. */
export function countFlaky({ evidence }: Pick<ExperimentOutcomes, "evidence">): number {
  return Object.values(evidence?.by_tag ?? {}).reduce((sum, { flaky = 0 }) => sum + flaky, 0);
}
