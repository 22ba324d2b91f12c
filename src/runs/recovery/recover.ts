import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Run } from "../../../schemas/run.ts";
import { interruptedName, runDirectory } from "../../experiments/layout.ts";
import { readOutcomes, writeOutcomes } from "../../experiments/outcomes/outcomes.ts";
import { sweepUnfinished } from "../../experiments/sweep.ts";
import { CoreError } from "../../utils/core-error.ts";
import { withLock } from "../../utils/files/lock.ts";
import { endRunProcesses } from "../command/process-tree.ts";
import { judgeCounts, selectCurrent, withUnfinished } from "../cycle/counts.ts";
import {
  concludeRun,
  findWorker,
  hasEnded,
  listRunIds,
  readJournal,
  readRequest,
  requestFor,
  writeRun,
} from "../journal/journal.ts";
import { findLogs, removeWork, workDirectory } from "../journal/work.ts";
import { createRedactor } from "../redaction/redact.ts";
import { collectArtifacts } from "../suite/collect.ts";
import type { Leftover } from "./leftover.ts";

/** How long a killed worker may remain in the process table, in milliseconds. */
const goneWithinMs = 5_000;

/**
 * Finishes what a dead worker no longer can: ends its commands, stores their files as artifacts under `interrupted`,
 * and marks its cycle as unfinished. Safe to call repeatedly and concurrently. Usually the run's watchdog does it
 * within moments, otherwise whoever starts the next run.
 * @param leftovers the files whose secrets are known. Of other commands, only the logs are kept, which never contain
 *   secrets.
 */
export async function recoverRun(
  workspace: string,
  runId: string,
  leftovers: readonly Leftover[] = [],
  signal = new AbortController().signal,
): Promise<Run> {
  await waitUntilGone(workspace, runId);
  return withLock(join(runDirectory(workspace, runId), "recover.lock"), signal, async () => {
    await endRunProcesses(runId);
    const run = await concludeRun(workspace, await readJournal(workspace, runId));
    await keepLeftovers(workspace, run, leftovers);
    await Promise.all(
      run.results.map(({ experiment_slug }) => recoverOutcomes(workspace, run, experiment_slug)),
    );
    await writeRun(workspace, run);
    await removeWork(workspace, runId);
    return run;
  });
}

/**
 * Recovers every run of the workspace whose worker died and that has not been recovered yet. If a failure of the machine
 * damaged a run's journal, nothing is known of it but what it left, which is removed.
 */
export async function recoverDeadRuns(workspace: string, signal: AbortSignal): Promise<void> {
  let hasRecovered = false;
  for (const runId of await listRunIds(workspace)) {
    if (!existsSync(workDirectory(workspace, runId))) continue;
    if ((await findWorker(workspace, runId)) !== undefined) continue;
    await recoverRun(workspace, runId, [], signal).catch(async (error: unknown) => {
      signal.throwIfAborted();
      if (!isOfJournal(error)) throw error;
      await endRunProcesses(runId);
      await removeWork(workspace, runId);
    });
    hasRecovered = true;
  }
  await sweepUnfinished(workspace, { isDeep: hasRecovered });
}

function isOfJournal(error: unknown): boolean {
  return error instanceof CoreError && ["unknown_run", "record_unreadable"].includes(error.code);
}

async function waitUntilGone(workspace: string, runId: string): Promise<void> {
  const deadline = performance.now() + goneWithinMs;
  while ((await findWorker(workspace, runId)) !== undefined) {
    if (performance.now() > deadline) throw new Error(`The worker of ${runId} is still running.`);
    await sleep(20);
  }
}

async function keepLeftovers(workspace: string, run: Run, leftovers: readonly Leftover[]): Promise<void> {
  for (const { directory, folder, secrets, ...names } of leftovers) {
    const ref = { ...names, workspace };
    await collectArtifacts(
      ref,
      run.cycle_id,
      `${folder}/${interruptedName}`,
      directory,
      createRedactor(secrets),
    );
  }
  for (const { experiment_slug, folder, directory } of await findLogs(workspace, run.run_id)) {
    const ref = { workspace, feature_id: run.feature_id, experiment_slug };
    await collectArtifacts(ref, run.cycle_id, `${folder}/${interruptedName}`, directory, createRedactor([]));
  }
}

/**
 * Completes the outcomes of an experiment that the worker was running: they say `running` with this run's id, which
 * nobody else writes.
 */
async function recoverOutcomes(workspace: string, run: Run, experiment_slug: string): Promise<void> {
  const ref = { workspace, feature_id: run.feature_id, experiment_slug };
  const outcomes = await readOutcomes(ref).catch(() => undefined);
  const evidence = outcomes?.evidence;
  if (outcomes?.status !== "running" || evidence?.run_id !== run.run_id) return;
  const { tags } = requestFor(await readRequest(workspace, run.run_id), experiment_slug);
  const by_tag = withUnfinished(evidence.by_tag, tags, `the run was ${run.state} before it was finished`);
  const all = { by_tag: outcomes.by_tag ?? {}, evidence: by_tag, setup_failed: evidence.setup_failed };
  const status = judgeCounts(selectCurrent(all, evidence)) === "succeeded" ? "succeeded" : "failed";
  await writeOutcomes(ref, { ...outcomes, status, evidence: { ...evidence, by_tag } });
}

/** Whether a run no longer needs to be recovered. */
export function isRecovered(workspace: string, run: Run): boolean {
  return hasEnded(run) && !existsSync(workDirectory(workspace, run.run_id));
}
