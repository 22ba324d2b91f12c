import type { ExperimentOutcomes, TagEvidence } from "../../../schemas/outcomes.ts";
import type { Suite } from "../../../schemas/plan.ts";
import type { Experiment } from "../../experiments/experiments.ts";
import { appendTimeline, readTimeline, writeRuntime } from "../../experiments/history.ts";
import { readOutcomes, writeOutcomes } from "../../experiments/outcomes.ts";
import { setTagAside } from "../../experiments/set-aside.ts";
import { codeDirectory } from "../../experiments/worktrees.ts";
import { readTreeState, type TreeState } from "../../git/commit.ts";
import { asBranchName } from "../../lakebase/branch-id.ts";
import type { OnWait } from "../../lakebase/hold-compute.ts";
import type { Lakebase } from "../../lakebase/lakebase.ts";
import type { RunRequest } from "../journal/journal.ts";
import type { Guard } from "../recovery/guard.ts";
import { type CommandScope, runSetup, runSuite } from "../suite/suite.ts";
import { isInterruption, stopReason } from "../worker/limits.ts";
import {
  type CycleCounts,
  finishedCounts,
  flakyOf,
  hasSucceeded,
  hasUnfinished,
  totals,
  withUnfinished,
} from "./counts.ts";
import { type Differences, recordDifferences } from "./differences.ts";
import { causeOfFailure } from "./failure-cause.ts";
import { keepLogins } from "./logins.ts";

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

export type CycleResult = CycleCounts & { status: "succeeded" | "failed" };

/**
 * One cycle of one experiment: a branch that answers, the plan's setup, then suite after suite. Its records are
 * written at every step, and say `running` until the end. What an interrupted run finished in this cycle stays, where
 * the code is still the same.
 * @throws CoreError where a suite could not be reached, or the run was stopped; the records then say `failed`
 */
export async function runCycle(spec: CycleSpec): Promise<CycleResult> {
  const begin = performance.now();
  const { experiment, request, lakebase, signal } = spec;
  const directory = await codeDirectory(experiment);
  const previous = await readPrevious(spec);
  const tree = await readTreeState(directory);
  const counts = countedBefore(request, previous, tree);
  const differences: Differences = {};
  const record = (status: ExperimentOutcomes["status"]) =>
    writeOutcomes(experiment, { ...previous, ...differences, ...outcomesOf(spec, status, counts, tree) });
  await record("running");
  let status: CycleResult["status"] = "failed";
  try {
    const { onStep, onWait } = followSteps(spec, counts);
    onStep("branch", counts);
    const logins = keepLogins(lakebase, asBranchName(experiment.branch), { signal, onWait });
    const scope = { ...spec, directory, logins, onWait };
    await runSteps({ ...spec, onStep }, scope, counts, () => record("running"));
    const login = await logins.lasting(0);
    Object.assign(
      differences,
      await logins.holding(login, () => recordDifferences({ ...spec, tree }, login)),
    );
    status = hasSucceeded(counts) ? "succeeded" : "failed";
  } finally {
    if (signal.aborted) counts.evidence = withUnfinished(counts.evidence, request.tags, stopReason(signal));
    const duration_ms = Math.round(performance.now() - begin);
    await writeRuntime(experiment, duration_ms);
    await record(status);
    const isOpen = isInterruption(signal) && hasUnfinished(counts);
    if (!isOpen) await closeCycle(spec, { status, by_tag: counts.by_tag, ...flakyOf(counts), duration_ms });
  }
  return { ...counts, status };
}

/** The steps of a cycle, which is still at one of them while it waits for what others use. */
function followSteps(spec: CycleSpec, counts: CycleCounts): Pick<CycleSpec, "onStep"> & { onWait: OnWait } {
  let last = "";
  return {
    onStep: (step, counted) => {
      last = step;
      spec.onStep(step, counted);
    },
    onWait: (what) => spec.onStep(what === undefined ? last : `waiting for ${what}`, counts),
  };
}

/** The record so far, without what a run measured of another cycle; what others wrote there stays. */
async function readPrevious({ experiment, request }: CycleSpec): Promise<ExperimentOutcomes | undefined> {
  const previous = await readOutcomes(experiment).catch(() => undefined);
  if (previous?.evidence === undefined || previous.evidence.run_id === request.resumes) return previous;
  return { ...previous, schema_diff_summary: undefined, code_diff: undefined, code_diff_lines: undefined };
}

/** Counts belong to the code they were made with: another commit, or a change of a clean tree, begins anew. */
function countedBefore(
  { resumes }: RunRequest,
  previous: ExperimentOutcomes | undefined,
  tree: TreeState,
): CycleCounts {
  const evidence = previous?.evidence;
  const isSameCode = evidence?.commit === tree.commit && evidence.dirty === tree.dirty;
  if (previous !== undefined && resumes !== undefined && evidence?.run_id === resumes && isSameCode)
    return finishedCounts(previous);
  return { by_tag: {}, evidence: {} };
}

async function runSteps(
  spec: CycleSpec,
  scope: CommandScope,
  counts: CycleCounts,
  save: () => Promise<void>,
): Promise<void> {
  const { plan, tags } = spec.request;
  const { signal, onStep } = spec;
  const isOpen = (tag: string) => tags.includes(tag) && !Object.hasOwn(counts.evidence, tag);
  const open = Object.entries(plan.suites).filter(([tag]) => isOpen(tag));
  if (open.length === 0) return;
  const isFresh = Object.keys(counts.evidence).length === 0;
  await scope.logins.lasting(0);
  if (plan.setup !== undefined && isFresh) {
    onStep("setup", counts);
    await runSetup(scope, plan.setup);
  }
  for (const [tag, suite] of open) {
    onStep(tag, counts);
    signal.throwIfAborted();
    await countSuite(spec, scope, tag, suite, counts);
    await save();
  }
}

async function countSuite(
  spec: CycleSpec,
  scope: CommandScope,
  tag: string,
  suite: Suite,
  counts: CycleCounts,
): Promise<void> {
  const begin = performance.now();
  await setTagAside(spec.experiment, spec.cycleId, tag);
  const verdict = await runSuite(scope, { tag, suite, repeat: spec.request.repeat });
  const duration_ms = Math.round(performance.now() - begin);
  if (verdict.state === "no_evidence") {
    counts.evidence[tag] = { state: verdict.state, reason: verdict.reason, duration_ms };
    return;
  }
  const { outcome, flaky } = verdict;
  const isRetried = outcome.failed > 0 && suite.retry_on_fresh_branch === true;
  const cause = isRetried ? await causeOfFailure(spec, scope, tag, suite) : {};
  const evidence: TagEvidence = { state: verdict.state, duration_ms, ...(flaky > 0 && { flaky }), ...cause };
  counts.by_tag[tag] = outcome;
  counts.evidence[tag] = evidence;
}

/** One entry for a cycle, also where the run that finished it was interrupted before it could say so. */
async function closeCycle(
  { experiment, cycleId, runId, request }: CycleSpec,
  result: Pick<CycleCounts, "by_tag"> & { status: string; duration_ms: number },
): Promise<void> {
  const runs: unknown[] = [runId, request.resumes];
  const isClosed = (await readTimeline(experiment)).some(
    ({ cycle_id, run_id }) => cycle_id === cycleId && runs.includes(run_id),
  );
  const ts = new Date().toISOString();
  if (!isClosed)
    await appendTimeline(experiment, { ts, kind: "cycle", cycle_id: cycleId, run_id: runId, ...result });
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
