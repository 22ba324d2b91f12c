import { setTimeout as sleep } from "node:timers/promises";
import type { Lakebase } from "../lakebase.ts";
import { LakebaseError } from "./errors.ts";

/** What one operation may spend, shared by all its calls, and what happened along the way. */
export interface Budget {
  /** By `performance.now()`, which a jump of the machine's clock does not move. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  readonly pause_ms: number;
  /** How many attempts were repeated after a transient failure. */
  retries: number;
  /** What the CLI warned about although it succeeded, such as an unknown field. */
  readonly warnings: string[];
}

export function openBudget(
  { limits }: Lakebase,
  { signal, timeout_ms }: { signal?: AbortSignal | undefined; timeout_ms?: number | undefined } = {},
): Budget {
  const deadline = performance.now() + (timeout_ms ?? limits.operation_ms);
  return { deadline, signal, pause_ms: limits.pause_ms, retries: 0, warnings: [] };
}

/** Returns the milliseconds that are left, never below 0. */
export function timeLeft({ deadline }: Budget): number {
  return Math.max(0, deadline - performance.now());
}

/** Repeats a call after a transient failure, at most three times and never beyond the budget. */
export async function retryTransient<T>(budget: Budget, call: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const transient = error instanceof LakebaseError && error.retryable;
      if (!transient || attempt >= 3 || !(await pause(budget, attempt))) throw error;
      budget.retries++;
    }
  }
}

/**
 * Waits before the next attempt, longer each time and with jitter. Returns false immediately if the budget is too
 * small.
 */
export async function pause({ signal, pause_ms, ...budget }: Budget, attempt: number): Promise<boolean> {
  const delay = pause_ms * Math.min(2 ** attempt, 8) * (0.75 + Math.random() / 2);
  if (budget.deadline - performance.now() <= delay || signal?.aborted === true) return false;
  try {
    await sleep(delay, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
