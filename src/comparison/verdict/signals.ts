import type { EvidenceState, Signal } from "../../../schemas/comparison/comparison.ts";
import type { ExperimentOutcomes } from "../../../schemas/experiment/outcomes.ts";
import { isMeasured } from "../../experiments/outcomes/outcomes.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { findGaps, findTagsNotRun } from "./gaps.ts";
import type { JudgingContext } from "./judging-context.ts";
import { countFlaky, sumTests } from "./totals.ts";

/** A reason names at most this many tags. */
const maxTags = 3;

export interface Verdict {
  signal: Signal;
  evidence_state: EvidenceState;
  /** The reason, unless the counts make it obvious. */
  reason?: string;
  tags_not_run?: string[];
}

/**
 * Judges an experiment by its record. A winner passed something, failed nothing in its totals or in any tag, and was
 * measured for everything the plan requires: by runs, on its current code and branch, with the plan's current suites.
 * What somebody else wrote down is a claim.
 * @param outcomes undefined for an experiment that has no record yet
 */
export function judge(outcomes: ExperimentOutcomes | undefined, context: JudgingContext = {}): Verdict {
  const { contradiction, reported = [] } = context;
  if (outcomes === undefined) return judgeUnrun(context);
  const believed = contradiction === undefined ? outcomes : { ...outcomes, evidence: undefined };
  const evidence_state = readState(believed, reported);
  const { status } = outcomes;
  if (status === "running" || status === "abandoned") return { signal: status, evidence_state };
  if (contradiction !== undefined) {
    const signal = sumTests(outcomes).failed > 0 ? "failing" : "no_evidence";
    return { signal, evidence_state, reason: contradiction };
  }
  return judgeFailures(outcomes, evidence_state, context) ?? judgePasses(outcomes, evidence_state, context);
}

/** Judges an experiment without a record by what prevented measuring it, and by what was reported for it. */
function judgeUnrun({ trouble, reported = [] }: JudgingContext): Verdict {
  const evidence_state = reported.length > 0 ? "reported" : "none";
  const said = `${nameSome([...reported], maxTags)}: reported, not measured`;
  const reason = trouble ?? (reported.length > 0 ? said : undefined);
  return reason === undefined
    ? { signal: "not_started", evidence_state }
    : { signal: "no_evidence", evidence_state, reason };
}

/** @returns undefined if no failure counts */
function judgeFailures(
  outcomes: ExperimentOutcomes,
  evidence_state: EvidenceState,
  { outdated = new Map() }: JudgingContext,
): Verdict | undefined {
  const { by_tag = {}, evidence } = outcomes;
  const setup = evidence?.setup_failed;
  if (setup !== undefined) {
    const reason = `${setup.reason} See ${setup.artifact} of ${evidence?.cycle_id}.`;
    return { signal: "failing", evidence_state: "counted", reason };
  }
  const failed = Object.entries(by_tag).filter(([, counts]) => counts.failed > 0);
  const old = failed.filter(([tag]) => outdated.has(tag));
  if (failed.some(([tag]) => isMeasured(evidence, tag) && !outdated.has(tag)))
    return { signal: "failing", evidence_state };
  const ofOld = old.reduce((sum, [, counts]) => sum + counts.failed, 0);
  return sumTests(outcomes).failed > ofOld ? { signal: "failing", evidence_state: "claimed" } : undefined;
}

function judgePasses(
  outcomes: ExperimentOutcomes,
  evidence_state: EvidenceState,
  context: JudgingContext,
): Verdict {
  const { trouble, outdated } = context;
  const { status, evidence } = outcomes;
  const { passed } = sumTests(outcomes);
  const unmeasured = (reason: string): Verdict => ({ signal: "no_evidence", evidence_state, reason });
  const gaps = findGaps(outcomes, context);
  if (gaps.length > 0) return unmeasured(gaps.join("; "));
  const flaky = countFlaky(outcomes);
  if (passed === 0 && flaky > 0) {
    const reason = `no test passed every time, ${flaky} flaky`;
    return { signal: "failing", evidence_state: "counted", reason };
  }
  // A record is also `failed` because of things that do not prevent winning.
  const isExplained =
    (outdated?.size ?? 0) > 0 ||
    Object.values(evidence?.by_tag ?? {}).some(({ state }) => state === "no_evidence");
  if (status === "failed" && !isExplained) {
    const verdict = unmeasured("it failed outside its tests");
    // A suite that no run of ours executed may have failed for other reasons.
    return evidence === undefined ? { ...verdict, signal: "failing" } : verdict;
  }
  if (passed === 0) return unmeasured(trouble ?? "no test passed");
  if (evidence_state === "claimed")
    return unmeasured(`it claims ${passed} of ${passed}, but no run measured them`);
  const tags_not_run = findTagsNotRun(outcomes, context);
  if (tags_not_run.length === 0) return { signal: "winning", evidence_state };
  return { ...unmeasured(trouble ?? `it has not run ${tags_not_run.join(", ")}`), tags_not_run };
}

function readState(outcomes: ExperimentOutcomes, reported: readonly string[]): EvidenceState {
  const { passed, failed } = sumTests(outcomes);
  if (passed + failed === 0) return reported.length > 0 ? "reported" : "none";
  return Object.keys(outcomes.evidence?.by_tag ?? {}).length === 0 ? "claimed" : "counted";
}
