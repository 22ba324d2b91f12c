import type { Run } from "../../schemas/run.ts";
import type { Context } from "../context.ts";
import { findWorker, hasEnded, readRun } from "./journal.ts";
import { waitForRun } from "./wait.ts";

/** How long a worker has to end its commands and keep what they left, in seconds. */
const graceSeconds = 20;

/**
 * Ends a run and gives it as it then stands. One that has ended already is given as it is.
 * @throws CoreError `unknown_run`
 */
export async function cancelRun(context: Context, runId: string): Promise<Run> {
  const run = await readRun(context.workspace, runId);
  if (hasEnded(run)) return run;
  await signalWorker(context.workspace, runId, "SIGTERM");
  const ended = await waitForRun(context, runId, { seconds: graceSeconds, untilEnd: true });
  if (hasEnded(ended)) return ended;
  // A worker that does not answer: its guard ends what it started.
  await signalWorker(context.workspace, runId, "SIGKILL");
  return waitForRun(context, runId, { seconds: graceSeconds, untilEnd: true });
}

/** The worker is looked up each time: a pid that was freed may belong to somebody else. */
async function signalWorker(workspace: string, runId: string, signal: NodeJS.Signals): Promise<void> {
  const worker = await findWorker(workspace, runId);
  if (worker === undefined) return;
  try {
    process.kill(worker.pid, signal);
  } catch {
    // It ended meanwhile.
  }
}
