import type { FlakyTest } from "../../../schemas/comparison/comparison.ts";
import type {
  Evidence,
  ExperimentOutcomes,
  TagEvidence,
  TagOutcome,
} from "../../../schemas/experiment/outcomes.ts";
import { type CasesFile, casesFileSchema, type ReportCase } from "../../../schemas/plan/report.ts";
import { artifactPath, casesName } from "../../experiments/layout.ts";
import { tallyCase } from "../../experiments/outcomes/merge-cases.ts";
import { tallyCases } from "../../reports/count-cases.ts";
import { readRecord } from "../../utils/files/json.ts";
import { type OnBroken, readIfValid } from "../../utils/files/salvage.ts";
import { ownValue } from "../../utils/own-value.ts";
import { mergeOverCycles, readEarlierOfTag } from "./cases.ts";
import type { ExperimentRecords } from "./records.ts";

/** An experiment's outcomes over all cycles of its code, and the tests that both passed and failed in them. */
export interface OutcomesOverCycles {
  outcomes: ExperimentOutcomes;
  flaky_tests: FlakyTest[];
}

/** More names would not help the reader. */
const maxTests = 20;

/**
 * Counts tests as flaky if their result differed in an earlier cycle of the same code. Only reads the lists of tests
 * that may contain some.
 */
export async function countOverCycles(
  records: ExperimentRecords,
  onBroken: OnBroken,
): Promise<OutcomesOverCycles | undefined> {
  const { outcomes } = records;
  const evidence = outcomes?.evidence;
  if (outcomes === undefined || evidence === undefined) return undefined;
  let counted = outcomes;
  const flaky_tests: FlakyTest[] = [];
  for (const [tag, own] of Object.entries(evidence.by_tag)) {
    const before = ownValue(outcomes.by_tag, tag);
    if (own.state !== "evidence" || before === undefined) continue;
    const { lists, unlisted_red } = await readEarlierOfTag(records, tag);
    if (lists.length === 0 && unlisted_red === 0 && own.flaky === undefined) continue;
    const isListed = lists.length > 0 || own.flaky !== undefined;
    const file = isListed ? await readLastCases(records, tag, evidence, onBroken) : undefined;
    const merged = file && mergeOverCycles(records, tag, file, lists);
    const red = file?.left_out === undefined ? unlisted_red : Math.max(unlisted_red, ...lists.map(countRed));
    flaky_tests.push(...listFlaky(tag, merged ?? file?.cases ?? []));
    const now = merged === undefined ? { ...before, flaky: own.flaky ?? 0 } : countMerged(merged);
    counted = replaceCounts(counted, tag, own, before, withUnlisted(now, red));
  }
  return { outcomes: counted, flaky_tests: flaky_tests.slice(0, maxTests) };
}

/** Reads the tests of a tag as its last cycle found them. */
function readLastCases(
  { experiment }: ExperimentRecords,
  tag: string,
  { by_tag, cycle_id }: Evidence,
  onBroken: OnBroken,
): Promise<CasesFile | undefined> {
  const path = artifactPath(experiment, ownValue(by_tag, tag)?.source?.cycle_id ?? cycle_id, casesName(tag));
  return readIfValid(path, (each) => readRecord(each, casesFileSchema), onBroken);
}

/** A tag's counts over all cycles of its code. */
interface CountsOverCycles extends TagOutcome {
  flaky: number;
}

function countMerged(cases: ReportCase[]): CountsOverCycles {
  const { passed, failed, flaky } = tallyCases({ cases });
  return { passed, failed, flaky };
}

function countRed(cases: ReportCase[]): number {
  const { failed, flaky } = tallyCases({ cases });
  return failed + flaky;
}

/**
 * If more tests failed in an earlier cycle than do now, some that pass now must be flaky, even if it is unknown which.
 */
function withUnlisted({ passed, failed, flaky }: CountsOverCycles, unlisted_red: number): CountsOverCycles {
  const more = Math.min(passed, Math.max(0, unlisted_red - failed - flaky));
  return { passed: passed - more, failed, flaky: flaky + more };
}

function listFlaky(tag: string, cases: ReportCase[]): FlakyTest[] {
  return cases
    .filter(({ status }) => status === "flaky")
    .map((each) => ({ tag, name: each.name, ...tallyCase(each) }));
}

function replaceCounts(
  outcomes: ExperimentOutcomes,
  tag: string,
  own: TagEvidence,
  before: TagOutcome,
  { passed, failed, flaky }: CountsOverCycles,
): ExperimentOutcomes {
  const { evidence, tests_passed, tests_failed, status } = outcomes;
  if (passed === before.passed && failed === before.failed && flaky === (own.flaky ?? 0)) return outcomes;
  return {
    ...outcomes,
    // All failures may have been flaky, so the counts decide now.
    status: status === "failed" ? "succeeded" : status,
    by_tag: { ...outcomes.by_tag, [tag]: { passed, failed } },
    ...(tests_passed !== undefined && { tests_passed: tests_passed + passed - before.passed }),
    ...(tests_failed !== undefined && { tests_failed: Math.max(0, tests_failed + failed - before.failed) }),
    evidence: evidence && { ...evidence, by_tag: { ...evidence.by_tag, [tag]: { ...own, flaky } } },
  };
}
