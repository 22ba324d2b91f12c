import { setTimeout as sleep } from "node:timers/promises";
import { CoreError } from "../../utils/core-error.ts";

/** The pauses between tries, in milliseconds. Each try has patience of its own: what they bridge is minutes. */
const pausesMs = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000];

/**
 * Tries again what failed for a reason that may pass, with longer pauses each time.
 * @param signal the run's: its end, or the end of its budget, ends the tries
 * @throws the last try's error; the signal's reason where the run was stopped
 */
export async function retryTrouble<Result>(
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
  // Its own error would say that a timer was aborted, not why.
  await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  return retryTrouble(task, signal, later);
}
