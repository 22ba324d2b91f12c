import type { Run } from "../../../schemas/run.ts";
import { findRepository } from "../../git/repository.ts";
import { getMessage } from "../../utils/core-error.ts";
import { withLock } from "../../utils/files/lock.ts";
import { makeRecordFolder } from "../../utils/files/record-path.ts";
import { identifySelf } from "../../utils/processes/process-identity.ts";
import { findsAllProcesses } from "../command/process-tree.ts";
import { writeCrashReport } from "../journal/crash-report.ts";
import { hasEnded, readJournal, recordWorker, startLock } from "../journal/journal.ts";
import { removeWork, workDirectory } from "../journal/work.ts";
import { removeDeadForks } from "../recovery/forks.ts";
import { recoverDeadRuns } from "../recovery/recover.ts";
import { recoverImports } from "../recovery/recover-imports.ts";
import { startWatchdog } from "../recovery/watchdog.ts";
import { watchLimits } from "./limits.ts";
import { type RunParts, runAll, type WorkerContext } from "./run-all.ts";
import { RunStateWriter } from "./run-state-writer.ts";

/** What a worker is given of the rooms that it does not know. */
export interface WorkerParts extends RunParts {
  /**
   * Called when the records are whole, just before the run reads as ended; what goes wrong there is logged, and is
   * nothing of the run's.
   */
  conclude: (run: Run) => Promise<unknown>;
}

const mayLeaveProcesses =
  "On this machine, a process that detaches itself completely cannot be found: if a suite starts one, it may keep running.";

/**
 * Executes a run, in its own process. The journal is its only output: everyone else reads the run's state there.
 * SIGTERM ends it early: commands are ended, and their files are stored.
 */
export async function runWorker(context: WorkerContext, runId: string, parts: WorkerParts): Promise<void> {
  const fail = (error: unknown) => die(context.workspace, runId, error);
  process.once("uncaughtException", fail);
  await work(context, runId, parts).catch(fail);
}

async function work(context: WorkerContext, runId: string, parts: WorkerParts): Promise<void> {
  const { workspace, launch } = context;
  // Git answers while the rest is loaded, and what it answers is remembered.
  findRepository(workspace).catch(() => {});
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
  await recoverImports(workspace, limits.signal);
  await removeDeadForks(context.lakebase, workspace);
  await runAll(context, state, limits, watchdog, parts);
  // From here on the run is over: a SIGTERM neither changes its outcome nor ends us before it is written.
  const end = limits.end();
  watchdog.dismiss();
  const concluded = parts
    .conclude(run)
    .catch((error: unknown) => process.stderr.write(`${getMessage(error)}\n`));
  await removeWork(workspace, runId).finally(() => concluded);
  state.update(end);
  await state.flush();
  limits.clear();
}

/**
 * Exits immediately, leaving the reason for readers of the run, which then reads as interrupted. Timers and the
 * watchdog would otherwise keep the process alive for as long as the run may take.
 */
function die(workspace: string, runId: string, error: unknown): never {
  writeCrashReport(workspace, runId, error);
  process.stderr.write(`${getMessage(error)}\n`);
  process.exit(1);
}

/**
 * Makes this process the run's worker. Undefined if the run has already ended: whoever started it died, and another
 * call has taken over its experiments.
 */
function claimRun(workspace: string, runId: string): Promise<Run | undefined> {
  return withLock(startLock(workspace), new AbortController().signal, async () => {
    const run = await readJournal(workspace, runId);
    if (hasEnded(run)) return undefined;
    await recordWorker(workspace, runId, await identifySelf());
    await makeRecordFolder(workDirectory(workspace, runId));
    return run;
  });
}
