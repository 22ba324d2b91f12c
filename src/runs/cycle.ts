import type { ByTag, Evidence, ExperimentOutcomes, TagEvidence } from "../../schemas/outcomes.ts";
import type { Suite } from "../../schemas/plan.ts";
import type { Experiment } from "../experiments/experiments.ts";
import { appendTimeline, writeRuntime } from "../experiments/history.ts";
import { readOutcomes, writeOutcomes } from "../experiments/outcomes.ts";
import { codeDirectory } from "../experiments/worktrees.ts";
import { readTreeState, type TreeState } from "../git/commit.ts";
import { asBranchName } from "../lakebase/branch-id.ts";
import { getBranch } from "../lakebase/branches.ts";
import { type Connection, openConnection } from "../lakebase/connection.ts";
import type { Lakebase } from "../lakebase/lakebase.ts";
import { renewBranch } from "../lakebase/renew-branch.ts";
import type { Branch } from "../lakebase/resources.ts";
import { type Differences, recordDifferences } from "./differences.ts";
import { causeOfFailure } from "./failure-cause.ts";
import type { Guard } from "./guard.ts";
import type { RunRequest } from "./journal.ts";
import { runSetup, runSuite } from "./suite.ts";

export interface CycleSpec {
  runId: string;
  cycleId: string;
  experiment: Experiment;
  request: RunRequest;
  lakebase: Lakebase;
  signal: AbortSignal;
  guard: Guard;
  /** Called with what begins (`branch`, `setup`, a tag) and what is counted so far. */
  onStep: (step: string, counted: CycleCounts) => void;
}

export interface CycleCounts {
  by_tag: ByTag;
  evidence: Evidence["by_tag"];
}

export type CycleResult = CycleCounts & { status: "succeeded" | "failed" };

/** A new login is made when less than this is left of the old one, beyond the time that a suite may take. */
const loginMarginMs = 60_000;

/**
 * One cycle of one experiment: a branch that answers, the plan's setup, then suite after suite. Its records are
 * written at every step, and say `running` until the end. What an interrupted run counted in this cycle stays.
 * @throws CoreError where a suite could not be reached; the records then say `failed`
 */
export async function runCycle(spec: CycleSpec): Promise<CycleResult> {
  const begin = performance.now();
  const { experiment, request } = spec;
  // What others wrote there, such as the schema and code differences, outlives the cycle.
  const previous = await readOutcomes(experiment).catch(() => undefined);
  const counts = countedBefore(request, previous);
  const differences: Differences = {};
  const tree = await readTreeState(await codeDirectory(experiment));
  const record = (status: ExperimentOutcomes["status"]) =>
    writeOutcomes(experiment, { ...previous, ...differences, ...outcomesOf(spec, status, counts, tree) });
  await record("running");
  let status: CycleResult["status"] = "failed";
  try {
    spec.onStep("branch", counts);
    const branch = await keepBranch(spec);
    const connection = await runSteps(spec, counts, () => record("running"));
    Object.assign(differences, await recordDifferences(spec, branch, connection));
    status = hasSucceeded(counts) ? "succeeded" : "failed";
  } finally {
    const duration_ms = Math.round(performance.now() - begin);
    const { runId: run_id, cycleId: cycle_id } = spec;
    const ts = new Date().toISOString();
    await appendTimeline(experiment, {
      ts,
      kind: "cycle",
      cycle_id,
      run_id,
      status,
      by_tag: counts.by_tag,
      duration_ms,
    });
    await writeRuntime(experiment, duration_ms);
    await record(status);
  }
  return { ...counts, status };
}

function countedBefore({ resumes }: RunRequest, previous: ExperimentOutcomes | undefined): CycleCounts {
  const resumed = resumes !== undefined && previous?.evidence?.run_id === resumes ? previous : undefined;
  return { by_tag: { ...resumed?.by_tag }, evidence: { ...resumed?.evidence?.by_tag } };
}

/** Work on a branch keeps it: one whose time is half over gets the plan's lifetime again. */
async function keepBranch({ lakebase, experiment, request, signal }: CycleSpec): Promise<Branch> {
  const branch = await getBranch(lakebase, experiment.branch, { signal });
  const { ttl } = request.plan;
  if (branch.expire_time === null) return branch;
  const left = Date.parse(branch.expire_time) - Date.now();
  return left > (Number.parseInt(ttl, 10) * 1000) / 2
    ? branch
    : renewBranch(lakebase, branch.branch, { ttl, signal });
}

/** @returns the connection that the last suite had */
async function runSteps(
  spec: CycleSpec,
  counts: CycleCounts,
  save: () => Promise<void>,
): Promise<Connection> {
  const { plan, tags } = spec.request;
  const open = Object.entries(plan.suites).filter(([tag]) => tags.includes(tag) && !(tag in counts.evidence));
  const isFresh = Object.keys(counts.evidence).length === 0;
  let connection = await connect(spec);
  if (plan.setup !== undefined && isFresh) {
    spec.onStep("setup", counts);
    await runSetup({ ...spec, connection }, plan.setup);
  }
  for (const [tag, suite] of open) {
    spec.onStep(tag, counts);
    spec.signal.throwIfAborted();
    if (lifetimeLeft(connection) < suite.timeout_seconds * 1000 + loginMarginMs)
      connection = await connect(spec);
    await countSuite(spec, connection, tag, suite, counts);
    await save();
  }
  spec.signal.throwIfAborted();
  return connection;
}

async function countSuite(
  spec: CycleSpec,
  connection: Connection,
  tag: string,
  suite: Suite,
  counts: CycleCounts,
): Promise<void> {
  const begin = performance.now();
  const verdict = await runSuite({ ...spec, connection }, { tag, suite, repeat: spec.request.repeat });
  const duration_ms = Math.round(performance.now() - begin);
  const evidence: TagEvidence = { state: verdict.state, duration_ms };
  counts.evidence[tag] = evidence;
  if (verdict.state === "no_evidence") {
    evidence.reason = verdict.reason;
    return;
  }
  counts.by_tag[tag] = verdict.outcome;
  if (verdict.flaky > 0) evidence.flaky = verdict.flaky;
  if (verdict.outcome.failed > 0 && suite.retry_on_fresh_branch === true) {
    evidence.failure_cause = await causeOfFailure(spec, tag, suite);
  }
}

function connect({ lakebase, experiment, signal }: CycleSpec): Promise<Connection> {
  return openConnection(lakebase, asBranchName(experiment.branch), { signal });
}

function lifetimeLeft(connection: Connection): number {
  return Date.parse(connection.expires_at) - Date.now();
}

/** Every suite proved something, some test passed, and none failed. */
function hasSucceeded({ by_tag, evidence }: CycleCounts): boolean {
  const { tests_passed, tests_failed } = totals(by_tag);
  const proven = Object.values(evidence).every((tag) => tag.state === "evidence");
  return proven && tests_passed > 0 && tests_failed === 0;
}

function totals(byTag: ByTag) {
  const outcomes = Object.values(byTag);
  return {
    tests_passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    tests_failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
  };
}

function outcomesOf(
  { runId, cycleId, experiment }: CycleSpec,
  status: ExperimentOutcomes["status"],
  { by_tag, evidence }: CycleCounts,
  tree: TreeState,
): ExperimentOutcomes {
  return {
    status,
    ...totals(by_tag),
    by_tag,
    evidence: { run_id: runId, cycle_id: cycleId, branch: experiment.branch, ...tree, by_tag: evidence },
  };
}
