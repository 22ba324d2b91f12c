import type {
  ByTag,
  Evidence,
  TagEvidence,
  TagOutcome,
  TagSource,
} from "../../schemas/experiment/outcomes.ts";
import type { ReportCase } from "../../schemas/plan/report.ts";
import { writeArtifact } from "../../src/experiments/artifacts/artifacts.ts";
import { findExperiment, recordExperiment } from "../../src/experiments/experiments.ts";
import { casesName, type ExperimentRef } from "../../src/experiments/layout.ts";
import { readOutcomes, writeOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { appendTimeline } from "../../src/experiments/timeline/timeline.ts";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";

/** What a cycle found out about one tag. */
interface SuiteRecord extends Partial<TagEvidence> {
  passed?: number;
  failed?: number;
  /** The fingerprint of the suite. */
  suite?: string;
  /** The outcome of its tests, by name; the counts follow from them. */
  tests?: Record<string, ReportCase["status"]>;
  /** The same in full. */
  cases?: ReportCase[];
}

export interface CycleRecord {
  run_id?: string;
  cycle_id?: string;
  commit?: string | null;
  dirty?: boolean;
  branch_uid?: string | null;
  tags?: Record<string, SuiteRecord>;
  setup_failed?: Evidence["setup_failed"];
}

export const commit = "0123456789abcdef0123456789abcdef01234567";

/** The usual run id of a cycle. */
export const nameRun = (cycle_id: string) => `run-20260101T00000${cycle_id.at(-1)}-01234567`;

/**
 * Writes the records of one cycle as a run does: its counts, merged into the outcomes by tag, its timeline entry, and
 * its tests as artifacts. Records the experiment if necessary.
 */
export async function recordCycle(ref: ExperimentRef, cycle: CycleRecord = {}): Promise<void> {
  const { cycle_id = "C1", dirty = false, branch_uid = null, setup_failed } = cycle;
  const of = {
    run_id: cycle.run_id ?? nameRun(cycle_id),
    cycle_id,
    commit: cycle.commit === undefined ? commit : cycle.commit,
    dirty,
    branch_uid,
  };
  const branch = (await findExperiment(ref))?.branch ?? asBranchName(ref.experiment_slug);
  await recordExperiment({ ...ref, branch });

  const by_tag: ByTag = {};
  const evidence: Evidence["by_tag"] = {};
  for (const [tag, suite] of Object.entries(cycle.tags ?? { api: { passed: 2 } })) {
    const cases = listCases(suite);
    const { counts, own } = countSuite(tag, suite, cases, of);
    evidence[tag] = own;
    if (own.state === "evidence") by_tag[tag] = counts;
    const content = JSON.stringify({ tag, run_id: of.run_id, cases });
    if (cases.length > 0) await writeArtifact(ref, cycle_id, casesName(tag), content);
  }

  const before = await readOutcomes(ref);
  const merged = { ...before?.by_tag, ...by_tag };
  const sum = (which: "passed" | "failed") =>
    Object.values(merged).reduce((total, each) => total + each[which], 0);
  const isMissing = Object.values(evidence).some(({ state }) => state === "no_evidence");
  const isFailed = setup_failed !== undefined || isMissing || sum("failed") > 0 || sum("passed") === 0;
  await writeOutcomes(ref, {
    status: isFailed ? "failed" : "succeeded",
    tests_passed: sum("passed"),
    tests_failed: sum("failed"),
    by_tag: merged,
    evidence: { ...of, branch, by_tag: { ...before?.evidence?.by_tag, ...evidence }, setup_failed },
  });
  const all = Object.entries(evidence);
  await appendTimeline(ref, {
    ts: "2026-01-01T00:00:00Z",
    kind: "cycle",
    ...of,
    by_tag,
    flaky: Object.fromEntries(all.map(([tag, each]) => [tag, each.flaky ?? 0])),
    suites: Object.fromEntries(all.map(([tag, { source }]) => [tag, source?.suite ?? ""])),
  });
}

/** Writes what a run that could not measure an experiment leaves: an attempt in its timeline. */
export async function recordAttempt(ref: ExperimentRef, cycle_id: string, tag?: string): Promise<void> {
  const error = {
    code: "not_authenticated",
    message: "There is no login.",
    hint: "Log in.",
    retryable: false,
  };
  const about = { run_id: nameRun(cycle_id), cycle_id, ...(tag !== undefined && { tag }) };
  await appendTimeline(ref, { ts: "2026-01-01T00:00:00Z", kind: "attempt", ...about, error });
}

function listCases({ tests = {}, cases }: SuiteRecord): ReportCase[] {
  return cases ?? Object.entries(tests).map(([name, status]) => ({ name, status }));
}

function countSuite(
  tag: string,
  { passed = 0, failed = 0, suite = `suite-${tag}`, tests, cases: _, ...rest }: SuiteRecord,
  cases: ReportCase[],
  of: Omit<TagSource, "suite">,
): { counts: TagOutcome; own: TagEvidence } {
  const count = (status: string) => cases.filter((each) => each.status === status).length;
  const flaky = rest.flaky ?? count("flaky");
  return {
    counts: { passed: passed + count("passed"), failed: failed + count("failed") },
    own: { state: "evidence", source: { ...of, suite }, ...(flaky > 0 && { flaky }), ...rest },
  };
}
