import { setTimeout as sleep } from "node:timers/promises";
import { CoreError } from "../../utils/core-error.ts";
import { readErrorCode } from "../../utils/read-error-code.ts";

/** The pause between two attempts, in milliseconds. */
const pauseMs = 1_000;

/**
 * Repeats a task for as long as the queue's database is away: that costs a run time, and nothing else.
 * @param task may be done twice, because an answer can be lost after the database has done it
 * @param onWait called before each pause
 * @throws the signal's reason; whatever else the task throws
 */
export async function whenReachable<Result>(
  task: () => Promise<Result>,
  { signal, onWait }: { signal: AbortSignal; onWait?: () => void },
): Promise<Result> {
  for (;;) {
    try {
      return await task();
    } catch (error) {
      signal.throwIfAborted();
      if (!isAway(error)) throw error;
    }
    onWait?.();
    await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/**
 * Whether a database that answers again would not fail: it is gone, starting, stopping, full of sessions, or deadlocked;
 * or Lakebase gives no login for now.
 */
export function isAway(error: unknown): boolean {
  if (!(error instanceof CoreError)) return false;
  if (error.code !== "queue_unreachable") return error.retryable;
  const code = readErrorCode(error.cause) ?? "";
  const isSqlState = /^(?=.*\d)[0-9A-Z]{5}$/.test(code);
  return !isSqlState || /^(08|40|53|57)/.test(code);
}
