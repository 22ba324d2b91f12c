import { join } from "node:path";
import type { Run, RunQueue, RunResult, TaskKind } from "../../../schemas/run.ts";
import type { Context } from "../../context.ts";
import { getExperiment } from "../../experiments/experiments.ts";
import { runsDirectory } from "../../experiments/layout.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { withPriority, withProcessCap } from "../../lakebase/lakebase.ts";
import { describeError } from "../../utils/describe-error.ts";
import { createGate } from "../../utils/gate.ts";
import { rememberParents } from "../cycle/branch/parents.ts";
import { reachWithoutLogin } from "../cycle/branch/reach-branch.ts";
import type { CycleResult } from "../cycle/cycle.ts";
import type { CycleSpec } from "../cycle/scope.ts";
import { type RunRequest, readRequest, requestFor } from "../journal/journal.ts";
import type { PassedLogins } from "../pass-logins.ts";
import type { Watchdog } from "../recovery/watchdog.ts";
import type { Executor } from "./executor.ts";
import type { RunLimits } from "./limits.ts";
import { openBranches } from "./open-branches.ts";
import { Permits } from "./permits.ts";
import { type RunStateWriter, selectResultCounts } from "./run-state-writer.ts";
import { type ExperimentRunResult, runExperimentsInParallel } from "./schedule.ts";
import { concurrently, roundRobin, type Turn } from "./turns.ts";

/** What a run does for an experiment instead of running its suites, by the run's kind. */
type RunTasks = Record<TaskKind, (spec: CycleSpec) => Promise<CycleResult>>;

/** Opens what runs the suites of a run elsewhere. `onQueue` is called when what the run sees of its queue changes. */
export type OpenExecutor = (
  run: Run,
  request: RunRequest,
  options: { signal: AbortSignal; onQueue: (queue: RunQueue) => void },
) => Promise<Executor>;

/** What runs a run. */
export interface RunParts {
  /** Do what is done by runs that run no suites. */
  tasks: RunTasks;
  /** Left out where this machine runs all suites. */
  openExecutor?: OpenExecutor | undefined;
  passed: PassedLogins;
  /** Loads what the end of the run takes. */
  load: () => Promise<unknown>;
}

export type WorkerContext = Pick<Context, "workspace" | "lakebase" | "launch">;

/** How many calls it takes to reach an experiment: for its endpoint, its branch and its password, plus one to spare. */
const callsOfOne = 4;

/**
 * Runs what is queued, and records every step in the journal. Resolves once the last experiment's records are written.
 */
export async function runAll(
  { workspace, launch, ...context }: WorkerContext,
  state: RunStateWriter,
  { signal }: RunLimits,
  watchdog: Watchdog,
  { tasks, openExecutor, passed, load }: RunParts,
): Promise<void> {
  const { run_id: runId, kind, feature_id, cycle_id: cycleId, results, concurrency, budget } = state.run;
  const request = await readRequest(workspace, runId);
  const { quiet, plan } = request;
  // Measurements that are to be compared come from one machine.
  const mayBeElsewhere = kind === undefined && !quiet;
  const onQueue = (queue: RunQueue) => state.update({ queue });
  const elsewhere = mayBeElsewhere
    ? await openExecutor?.(state.run, request, { signal, onQueue })
    : undefined;
  const queued = listSlugs(results.filter(({ status }) => status === "queued"));
  const isAlone = concurrency === 1 || queued.length === 1;
  // Limits processes, not tasks: calls are also made for experiments that have not started or have already left.
  const lakebase = withProcessCap(context.lakebase, Math.min(callsOfOne * concurrency, 16));
  // No experiment waits for its parent before its suites.
  const readParent = rememberParents(withPriority(lakebase, -queued.length), signal);
  const find = (slug: string) => getExperiment({ workspace, feature_id, experiment_slug: slug });
  const underWay = createGate();
  const branches = openBranches(lakebase, {
    experiments: kind === undefined ? queued : [],
    ...{ find, readParent, concurrency, underWay: underWay.opened, signal, passed },
    ...{ isAlone: isAlone || elsewhere !== undefined, ttl: plan.ttl, minutes: budget.minutes_left },
  });
  // Loaded while the first calls are under way.
  const [{ runCycle }, { runHere }] = await Promise.all([
    import("../cycle/cycle.ts"),
    import("./run-here.ts"),
  ]);
  const executor = elsewhere ?? runHere;
  const perform = findTask(kind, { ...tasks, suites: (spec) => runCycle(spec, executor) });

  const runOne = async (slug: string, turn: Turn): Promise<CycleResult> => {
    signal.throwIfAborted();
    const onStep = (step: string, counts: Parameters<typeof selectResultCounts>[0]) =>
      state.updateResult(slug, { status: "running", step, ...selectResultCounts(counts) });
    const experiment = await find(slug);
    const started = () => {
      turn.started();
      void turn.letOthersStart().then(underWay.open);
    };
    return perform({
      turn: { ...turn, started },
      ...{ runId, cycleId, lakebase, signal, watchdog, launch, isAlone, onStep, readParent },
      experiment,
      request: requestFor(request, slug),
      reachBranch: (onWait) =>
        executor.isHere
          ? branches.reach(slug, onWait, turn.letOthersStart)
          : reachWithoutLogin(lakebase, experiment, { signal, onWait }),
    }).finally(underWay.open);
  };

  const directory = join(runsDirectory(workspace), "slots", feature_id);
  const shared = { directory, permits: plan.budget.concurrent_branches, signal };
  // What is run elsewhere has its limits there.
  const permits = new Permits(
    executor.isHere ? { most: concurrency, shared } : { most: Math.max(1, queued.length) },
  );
  await runExperimentsInParallel({
    experiments: queued,
    place: quiet ? roundRobin(permits) : concurrently(permits),
    run: runOne,
    onSettled: (settled) => {
      // While the others' suites run, so that nobody waits for it afterwards.
      if (!isAlone && !quiet) load().catch(() => {});
      recordSettled(state, settled, signal, permits.peak);
    },
  }).finally(() => executor.close());
  if (elsewhere !== undefined) state.update({ queue: undefined });
  await branches.renew();
}

/** Records how an experiment ended. One that could not start before the run ended stays queued. */
function recordSettled(
  state: RunStateWriter,
  settled: ExperimentRunResult<CycleResult>,
  signal: AbortSignal,
  peak_in_flight: number,
): void {
  const slug = settled.experiment_slug;
  const before = state.run.results.find(({ experiment_slug }) => experiment_slug === slug);
  if (signal.aborted && before?.status === "queued") return;
  state.updateResult(slug, asResult(settled, signal), { peak_in_flight });
}

function findTask(
  kind: Run["kind"],
  { suites, ...tasks }: RunTasks & { suites: RunTasks[TaskKind] },
): RunTasks[TaskKind] {
  if (kind === undefined) return suites;
  if (kind === "imported") throw new Error("An import has no worker.");
  return tasks[kind];
}

function asResult(settled: ExperimentRunResult<CycleResult>, signal: AbortSignal): Partial<RunResult> {
  const ended = { step: undefined, duration_ms: Math.round(settled.duration_ms) };
  if (settled.status === "succeeded")
    return {
      ...ended,
      status: settled.value.status,
      error: settled.value.error,
      ...selectResultCounts(settled.value),
    };
  return signal.aborted
    ? { ...ended, status: "stopped", error: describeError(signal.reason) }
    : { ...ended, status: "not_measured", error: describeError(settled.error) };
}
