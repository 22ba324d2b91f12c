import type { ByTag, Evidence, ExperimentOutcomes } from "../../schemas/outcomes.ts";
import type { Experiment } from "../experiments/experiments.ts";
import { appendTimeline, writeRuntime } from "../experiments/history.ts";
import { readOutcomes, writeOutcomes } from "../experiments/outcomes.ts";
import { readTreeState } from "../git/commit.ts";
import { asBranchName } from "../lakebase/branch-id.ts";
import { type Connection, openConnection } from "../lakebase/connection.ts";
import type { Lakebase } from "../lakebase/lakebase.ts";
import type { RunRequest } from "./journal.ts";
import { runSetup, runSuite } from "./suite.ts";

export interface CycleSpec {
  runId: string;
  cycleId: string;
  experiment: Experiment;
  request: RunRequest;
  lakebase: Lakebase;
  signal: AbortSignal;
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
 * written at every step, and say `running` until the end.
 * @throws CoreError where a suite could not be reached; the records then say `failed`
 */
export async function runCycle(spec: CycleSpec): Promise<CycleResult> {
  const begin = performance.now();
  const counts: CycleCounts = { by_tag: {}, evidence: {} };
  const tree = await readTreeState(spec.experiment.workspace);
  // What others wrote there, such as the schema and code differences, outlives the cycle.
  const previous = await readOutcomes(spec.experiment).catch(() => undefined);
  const record = (status: ExperimentOutcomes["status"]) =>
    writeOutcomes(spec.experiment, { ...previous, ...outcomesOf(spec, status, counts, tree) });
  await record("running");
  let status: CycleResult["status"] = "failed";
  try {
    await runSteps(spec, counts, () => record("running"));
    status = hasWon(counts) ? "succeeded" : "failed";
  } finally {
    const duration_ms = Math.round(performance.now() - begin);
    await appendTimeline(spec.experiment, {
      ts: new Date().toISOString(),
      kind: "cycle",
      cycle_id: spec.cycleId,
      run_id: spec.runId,
      status,
      by_tag: counts.by_tag,
      duration_ms,
    });
    await writeRuntime(spec.experiment, duration_ms);
    await record(status);
  }
  return { ...counts, status };
}

async function runSteps(spec: CycleSpec, counts: CycleCounts, save: () => Promise<void>): Promise<void> {
  const { plan, tags } = spec.request;
  spec.onStep("branch", counts);
  let connection = await connect(spec);
  const scope = () => ({ ...spec, connection });
  if (plan.setup !== undefined) {
    spec.onStep("setup", counts);
    await runSetup(scope(), plan.setup);
  }
  for (const [tag, suite] of Object.entries(plan.suites).filter(([name]) => tags.includes(name))) {
    spec.onStep(tag, counts);
    spec.signal.throwIfAborted();
    if (lifetimeLeft(connection) < suite.timeout_seconds * 1000 + loginMarginMs)
      connection = await connect(spec);
    const verdict = await runSuite(scope(), tag, suite);
    const duration_ms = Math.round(verdict.durationMs);
    if (verdict.state === "evidence") {
      counts.by_tag[tag] = verdict.outcome;
      counts.evidence[tag] = { state: "evidence", duration_ms };
    } else {
      counts.evidence[tag] = { state: "no_evidence", reason: verdict.reason, duration_ms };
    }
    await save();
  }
}

function connect({ lakebase, experiment, signal }: CycleSpec): Promise<Connection> {
  return openConnection(lakebase, asBranchName(experiment.branch), { signal });
}

function lifetimeLeft(connection: Connection): number {
  return Date.parse(connection.expires_at) - Date.now();
}

/** Every suite proved something, and none of it a failure. */
function hasWon({ by_tag, evidence }: CycleCounts): boolean {
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
  tree: { commit: string | null; dirty: boolean },
): ExperimentOutcomes {
  return {
    status,
    ...totals(by_tag),
    by_tag,
    evidence: { run_id: runId, cycle_id: cycleId, branch: experiment.branch, ...tree, by_tag: evidence },
  };
}
