import type { ExperimentOutcomes, TagOutcome } from "../../../schemas/experiment/outcomes.ts";

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

/** How many tests both failed and passed. */
export function countFlaky({ evidence }: Pick<ExperimentOutcomes, "evidence">): number {
  return Object.values(evidence?.by_tag ?? {}).reduce((sum, { flaky = 0 }) => sum + flaky, 0);
}
