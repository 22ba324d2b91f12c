import type { ByTag, Evidence, ExperimentOutcomes } from "../../../schemas/outcomes.ts";

/** What a cycle counted so far, by tag. */
export interface CycleCounts {
  by_tag: ByTag;
  evidence: Evidence["by_tag"];
}

/** Every suite proved something, some test passed, and none failed. */
export function hasSucceeded({ by_tag, evidence }: CycleCounts): boolean {
  const { tests_passed, tests_failed } = totals(by_tag);
  const proven = Object.values(evidence).every((tag) => tag.state === "evidence");
  return proven && tests_passed > 0 && tests_failed === 0;
}

export function totals(byTag: ByTag): { tests_passed: number; tests_failed: number } {
  const outcomes = Object.values(byTag);
  return {
    tests_passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    tests_failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** Says of each tag that was to be counted and was not that it proves nothing, and why. */
export function withUnfinished(
  evidence: Evidence["by_tag"],
  tags: readonly string[],
  reason: string,
): Evidence["by_tag"] {
  const missing = tags.filter((tag) => !Object.hasOwn(evidence, tag));
  const unfinished = { state: "no_evidence", reason, unfinished: true } as const;
  return { ...evidence, ...Object.fromEntries(missing.map((tag) => [tag, unfinished])) };
}

/** How many tests of each tag were flaky; nothing where none was. */
export function flakyOf({ evidence }: CycleCounts): { flaky?: Record<string, number> } {
  const flaky = Object.entries(evidence).filter(([, tag]) => (tag.flaky ?? 0) > 0);
  if (flaky.length === 0) return {};
  return { flaky: Object.fromEntries(flaky.map(([tag, each]) => [tag, each.flaky ?? 0])) };
}

export function hasUnfinished({ evidence }: CycleCounts): boolean {
  return Object.values(evidence).some((tag) => tag.unfinished === true);
}

/** What an interrupted run finished in a cycle: the tags whose suites came to their end. */
export function finishedCounts({ by_tag, evidence }: ExperimentOutcomes): CycleCounts {
  const finished = Object.entries(evidence?.by_tag ?? {}).filter(([, tag]) => tag.unfinished !== true);
  return { by_tag: { ...by_tag }, evidence: Object.fromEntries(finished) };
}
