import type { Run } from "../../../schemas/run.ts";
import type { Context } from "../../context.ts";
import { findWorker, hasEnded, readRun, requestCancel } from "../journal/journal.ts";
import { isRecovered, recoverRun } from "../recovery/recover.ts";
import { waitForRun } from "./wait.ts";

/** How long a worker has to end its commands and store their files, in seconds. */
const graceSeconds = 20;

/**
 * Ends a run, and returns its final state. A run that has already ended is returned as it is.
 * @throws CoreError `unknown_run`
 */
export async function cancelRun(context: Context, runId: string): Promise<Run> {
  const { workspace, signal } = context;
  const run = await readRun(workspace, runId);
  if (hasEnded(run)) return run;
  await requestCancel(workspace, runId);
  await signalWorker(workspace, runId, "SIGTERM");
  // A stopped process does not receive SIGTERM until it is continued.
  await signalWorker(workspace, runId, "SIGCONT");
  let ended = await waitForRun(context, runId, { seconds: graceSeconds, until: "end" });
  if (!hasEnded(ended)) {
    await signalWorker(workspace, runId, "SIGKILL");
    ended = await waitForRun(context, runId, { seconds: graceSeconds, until: "end" });
  }
  // A worker that was killed, or that did not listen yet, left its cleanup to us.
  return isRecovered(workspace, ended) ? ended : recoverRun(workspace, runId, [], signal);
}

/** Looks up the worker each time, because its pid may have been reused. */
async function signalWorker(workspace: string, runId: string, signal: NodeJS.Signals): Promise<void> {
  const worker = await findWorker(workspace, runId);
  if (worker === undefined) return;
  try {
    process.kill(worker.pid, signal);
  } catch {
    // It ended meanwhile.
  }
}
