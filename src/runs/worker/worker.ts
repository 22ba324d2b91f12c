import { mkdir } from "node:fs/promises";
import type { Run } from "../../../schemas/run.ts";
import { getMessage } from "../../utils/core-error.ts";
import { withLock } from "../../utils/files/lock.ts";
import { identifySelf } from "../../utils/processes/process-identity.ts";
import { findsAllProcesses } from "../command/process-tree.ts";
import { hasEnded, readJournal, recordWorker, startLock } from "../journal/journal.ts";
import { writeLastWords } from "../journal/last-words.ts";
import { removeWork, workDirectory } from "../journal/work.ts";
import { removeDeadForks } from "../recovery/forks.ts";
import { recoverDeadRuns } from "../recovery/recover.ts";
import { startWatchdog } from "../recovery/watchdog.ts";
import { watchLimits } from "./limits.ts";
import { type RunTasks, runAll, type WorkerContext } from "./run-all.ts";
import { RunStateWriter } from "./run-state-writer.ts";

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
