import { setTimeout as sleep } from "node:timers/promises";
import type { KnownLogin } from "./known-login.ts";

/** How long a login that is still being requested is waited for, in milliseconds. */
const longestWaitMs = 5_000;

/** What knows logins by the uids of their branches. */
export interface LoginFinder {
  /** Resolves to undefined if none is known, or none can be had. */
  find: (uid: string) => Promise<KnownLogin | undefined>;
}

/**
 * Finds a login, or undefined if none comes in time: it may have been requested from a CLI that hangs, by a process that
 * is suspended.
 * @throws the signal's reason
 */
export async function findInTime(
  finder: LoginFinder,
  uid: string,
  signal: AbortSignal,
): Promise<KnownLogin | undefined> {
  const enough = sleep(longestWaitMs, undefined, { signal, ref: false }).catch(() => {
    signal.throwIfAborted();
    return undefined;
  });
  return Promise.race([finder.find(uid), enough]);
}
