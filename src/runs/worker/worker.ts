import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Run, RunResult, TaskKind } from "../../../schemas/run.ts";
import type { Context } from "../../context.ts";
import { findExperiment, getExperiment } from "../../experiments/experiments.ts";
import { runsDirectory } from "../../experiments/layout.ts";
import { withProcessCap } from "../../lakebase/lakebase.ts";
import { getMessage } from "../../utils/core-error.ts";
import { describeError } from "../../utils/describe-error.ts";
import { withLock } from "../../utils/files/lock.ts";
import { identifySelf } from "../../utils/processes/process-identity.ts";
import { findsAllProcesses } from "../command/process-tree.ts";
import { type CycleResult, runCycle } from "../cycle/cycle.ts";
import type { CycleSpec } from "../cycle/scope.ts";
import {
  hasEnded,
  readJournal,
  readRequest,
  recordWorker,
  requestFor,
  startLock,
} from "../journal/journal.ts";
import { writeLastWords } from "../journal/last-words.ts";
import { removeWork, workDirectory } from "../journal/work.ts";
import { removeDeadForks } from "../recovery/forks.ts";
import { recoverDeadRuns } from "../recovery/recover.ts";
import { startWatchdog } from "../recovery/watchdog.ts";
import { type RunLimits, watchLimits } from "./limits.ts";
import { renewExpiring } from "./renew.ts";
import { RunStateWriter, resultCounts } from "./run-state-writer.ts";
import { type ExperimentRunResult, runExperimentsInParallel } from "./schedule.ts";
import { withPermit } from "./semaphore.ts";
import { besideOthers, inTurns, type Turn } from "./turns.ts";

/** What a run does for an experiment instead of running its suites, by the run's kind. */
export type RunTasks = Record<TaskKind, (spec: CycleSpec) => Promise<CycleResult>>;

type WorkerContext = Pick<Context, "workspace" | "lakebase" | "launch">;

const mayLeaveProcesses =
  "On this machine, a process that leaves its process group and clears its environment cannot be found: if a suite starts one, it may keep running.";

/**
 * The run itself, in a process of its own. The journal is its only voice: whoever wants to know reads it there.
 * SIGTERM ends it early: commands are ended, and what they left is kept.
 * @param conclude is called when the records are whole, just before the run reads as ended; what goes wrong there is
 * logged, and is nothing of the run's
 * @param tasks do what is done by runs that run no suites
 */
export async function runWorker(
  context: WorkerContext,
  runId: string,
  conclude: (run: Run) => Promise<unknown>,
  tasks: RunTasks,
): Promise<void> {
  const fail = (error: unknown) => die(context.workspace, runId, error);
  process.once("uncaughtException", fail);
  await work(context, runId, conclude, tasks).catch(fail);
}

async function work(
  context: WorkerContext,
  runId: string,
  conclude: (run: Run) => Promise<unknown>,
  tasks: RunTasks,
): Promise<void> {
  const { workspace, launch } = context;
  const run = await claimRun(workspace, runId);
  if (run === undefined) return;
  const limits = watchLimits(workspace, runId, run.budget.minutes_left);
  const watchdog = startWatchdog(launch, runId);
  const state = new RunStateWriter(workspace, run);
  state.update({
    state: "running",
    ...(!findsAllProcesses() && { warnings: [...(run.warnings ?? []), mayLeaveProcesses] }),
  });
  await recoverDeadRuns(workspace, limits.signal);
  await removeDeadForks(context.lakebase, workspace);
  await runAll(context, state, limits, watchdog, tasks);
  // What comes now is no part of the run any more: a TERM neither undoes its end nor ends us before it is written.
  const end = limits.end();
  watchdog.dismiss();
  await removeWork(workspace, runId);
  await conclude(run).catch((error: unknown) => process.stderr.write(`${getMessage(error)}\n`));
  state.update(end);
  await state.flush();
  limits.clear();
}

/**
 * A run whose worker is gone reads as interrupted; by what, only the worker knows. It goes at once: its timers and its
 * watchdog would keep it for as long as the run may take.
 */
function die(workspace: string, runId: string, error: unknown): never {
  writeLastWords(workspace, runId, error);
  process.stderr.write(`${getMessage(error)}\n`);
  process.exit(1);
}

/**
 * Makes this process the run's worker. Undefined where the run has ended before we came: whoever started it died, and
 * another call has already taken its experiments.
 */
function claimRun(workspace: string, runId: string): Promise<Run | undefined> {
  return withLock(startLock(workspace), new AbortController().signal, async () => {
    const run = await readJournal(workspace, runId);
    if (hasEnded(run)) return undefined;
    await recordWorker(workspace, runId, await identifySelf());
    await mkdir(workDirectory(workspace, runId), { recursive: true });
    return run;
  });
}

async function runAll(
  { workspace, ...context }: WorkerContext,
  state: RunStateWriter,
  { signal }: RunLimits,
  watchdog: ReturnType<typeof startWatchdog>,
  tasks: RunTasks,
): Promise<void> {
  const { run_id: runId, kind, feature_id, cycle_id: cycleId, results, concurrency, budget } = state.run;
  const request = await readRequest(workspace, runId);
  const lakebase = withProcessCap(context.lakebase, request.plan.budget.concurrent_branches);
  const permits = join(runsDirectory(workspace), "slots", feature_id);
  const hold = <Value>(task: () => Promise<Value>) =>
    withPermit(permits, request.plan.budget.concurrent_branches, signal, task);

  const runOne = async (slug: string, turn: Turn): Promise<CycleResult> => {
    signal.throwIfAborted();
    const experiment = await getExperiment({ workspace, feature_id, experiment_slug: slug });
    const onStep = (step: string, counts: Parameters<typeof resultCounts>[0]) =>
      state.updateResult(slug, { status: "running", step, ...resultCounts(counts) });
    const perform = findTask(kind, tasks);
    const { launch } = context;
    const own = requestFor(request, slug);
    return perform({
      runId,
      cycleId,
      experiment,
      request: own,
      lakebase,
      signal,
      watchdog,
      launch,
      turn,
      isAlone,
      onStep,
    });
  };

  const queued = results.filter(({ status }) => status === "queued").map((result) => result.experiment_slug);
  const found = await Promise.all(
    queued.map((experiment_slug) => findExperiment({ workspace, feature_id, experiment_slug })),
  );
  const known = found.filter((experiment) => experiment !== undefined);
  const { ttl } = request.plan;
  if (kind === undefined) await renewExpiring(lakebase, known, { ttl, minutes: budget.minutes_left, signal });
  const isAlone = concurrency === 1 || queued.length === 1;
  await runExperimentsInParallel({
    experiments: queued,
    // Those that take turns are all under way, and one of them at work.
    concurrency: request.quiet ? Math.max(1, queued.length) : concurrency,
    run: runOne,
    place: request.quiet ? inTurns(hold) : besideOthers(hold),
    onSettled: (settled, peak_in_flight) => {
      const before = state.run.results.find((each) => each.experiment_slug === settled.experiment_slug);
      // One that the run's end kept from beginning stays queued.
      const isUntouched = signal.aborted && before?.status === "queued";
      if (!isUntouched)
        state.updateResult(settled.experiment_slug, asResult(settled, signal), { peak_in_flight });
    },
  });
}

function findTask(kind: Run["kind"], tasks: RunTasks): (spec: CycleSpec) => Promise<CycleResult> {
  if (kind === undefined) return runCycle;
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
      ...resultCounts(settled.value),
    };
  return signal.aborted
    ? { ...ended, status: "stopped", error: describeError(signal.reason) }
    : { ...ended, status: "not_measured", error: describeError(settled.error) };
}
