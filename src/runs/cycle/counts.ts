import type {
  ByTag,
  Evidence,
  ExperimentOutcomes,
  TagEvidence,
} from "../../../schemas/experiment/outcomes.ts";
import { isOfCurrentCode } from "../../experiments/code/current-code.ts";

/** What a cycle has counted so far. */
export interface CycleCounts extends Pick<Evidence, "setup_failed"> {
  by_tag: ByTag;
  evidence: Evidence["by_tag"];
  /** By tag: the outcome of running only its failed tests first. None of it counts. */
  failed_first?: Record<string, string>;
  /** By tag: the names of tests that were flaky with this code, in this cycle or before. */
  flaky?: Record<string, string[]>;
}

/**
 * Derives a status from counts. `not_measured`: nothing failed, but something was not measured and may still pass or
 * fail.
 */
export function judgeCounts({ by_tag, evidence, setup_failed }: CycleCounts) {
  const { tests_passed, tests_failed } = sumCounts(by_tag);
  if (setup_failed !== undefined || tests_failed > 0) return "failed";
  if (Object.values(evidence).some(({ state }) => state === "no_evidence")) return "not_measured";
  return tests_passed > 0 ? "succeeded" : "failed";
}

export function sumCounts(byTag: ByTag): { tests_passed: number; tests_failed: number } {
  const outcomes = Object.values(byTag);
  return {
    tests_passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    tests_failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** Marks each tag that should have been counted but was not as not measured, with the reason. */
export function withUnfinished(
  evidence: Evidence["by_tag"],
  tags: readonly string[],
  reason: string,
): Evidence["by_tag"] {
  const missing = tags.filter((tag) => !Object.hasOwn(evidence, tag));
  const unfinished = { state: "no_evidence", reason, unfinished: true } as const;
  return { ...evidence, ...Object.fromEntries(missing.map((tag) => [tag, unfinished])) };
}

/** Counts the flaky tests of each tag; empty if there are none. */
export function countFlakyByTag({ evidence }: CycleCounts): { flaky?: Record<string, number> } {
  const flaky = Object.entries(evidence).filter(([, tag]) => (tag.flaky ?? 0) > 0);
  if (flaky.length === 0) return {};
  return { flaky: Object.fromEntries(flaky.map(([tag, each]) => [tag, each.flaky ?? 0])) };
}

export function hasUnfinished({ evidence }: CycleCounts): boolean {
  return Object.values(evidence).some((tag) => tag.unfinished === true);
}

/** Selects what a run finished in its cycle from its record: the tags whose suites ran to completion. */
export function selectFinished({ by_tag = {}, evidence }: ExperimentOutcomes): CycleCounts {
  return selectTags(
    { by_tag, evidence: evidence?.by_tag ?? {} },
    ({ unfinished, code, source }) =>
      unfinished !== true &&
      code === undefined &&
      (source === undefined || source.run_id === evidence?.run_id),
  );
}

/** Selects the counts of the current code: those of earlier code stay on record, but decide nothing. */
export function selectCurrent(counts: CycleCounts, evidence: Evidence): CycleCounts {
  return selectTags(counts, (tag) => isOfCurrentCode(evidence, tag));
}

/** Selects the counts of the tags whose evidence matches. */
export function selectTags(
  { by_tag, evidence, ...rest }: CycleCounts,
  isWanted: (evidence: TagEvidence, tag: string) => boolean,
): CycleCounts {
  const wanted = Object.entries(evidence).filter(([tag, each]) => isWanted(each, tag));
  const tags = new Set(wanted.map(([tag]) => tag));
  return {
    ...rest,
    by_tag: Object.fromEntries(Object.entries(by_tag).filter(([tag]) => tags.has(tag))),
    evidence: Object.fromEntries(wanted),
  };
}
