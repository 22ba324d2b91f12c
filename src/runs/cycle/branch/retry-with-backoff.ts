import { setTimeout as sleep } from "node:timers/promises";
import { CoreError } from "../../../utils/core-error.ts";

/**
 * The pauses between attempts, in milliseconds. Each attempt also waits on its own, so together they bridge minutes.
 */
const pausesMs = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000];

/**
 * Repeats a task that failed for a reason that may pass, with increasing pauses.
 * @param signal the run's: its end, or the end of its budget, ends the attempts
 * @throws the last attempt's error; the signal's reason if the run was stopped
 */
export async function retryWithBackoff<Result>(
  task: () => Promise<Result>,
  signal: AbortSignal,
  pauses: readonly number[] = pausesMs,
): Promise<Result> {
  const [pause, ...later] = pauses;
  try {
    return await task();
  } catch (error) {
    signal.throwIfAborted();
    if (pause === undefined || !(error instanceof CoreError) || !error.retryable) throw error;
  }
  // sleep's own error would say that a timer was aborted, not why.
  await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  return retryWithBackoff(task, signal, later);
}
