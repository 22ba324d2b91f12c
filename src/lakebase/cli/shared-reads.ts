import { setImmediate } from "node:timers/promises";

interface SharedRead {
  answer: Promise<string>;
  /** How many callers wait for the answer. */
  waiting: number;
  /** Aborts the call when no one waits for it any more. */
  controller: AbortController;
}

/** Calls that have not started yet, by what they ask. Each handle has its own map. */
export type SharedReads = Map<string, SharedRead>;

/**
 * Makes a read-only call once for all callers that ask the same before it starts. A call that has started is not
 * joined, because its answer may predate what the caller has just changed.
 * @param start makes the call, and calls `begin` when it starts, after which no one may join
 * @param signal ends only this caller's wait, with its reason
 */
export async function shareRead(
  reads: SharedReads,
  key: string,
  start: (begin: () => void, signal: AbortSignal) => Promise<string>,
  signal: AbortSignal,
): Promise<string> {
  const read = reads.get(key) ?? open(reads, key, start);
  read.waiting += 1;
  let onAbort = () => {};
  const ended = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
  });
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([read.answer, ended]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    read.waiting -= 1;
    if (read.waiting === 0) {
      if (reads.get(key) === read) reads.delete(key);
      read.controller.abort();
    }
  }
}

function open(
  reads: SharedReads,
  key: string,
  start: (begin: () => void, signal: AbortSignal) => Promise<string>,
): SharedRead {
  const controller = new AbortController();
  const begin = () => reads.delete(key);
  // Waits for all calls made in the same tick, so that they can join the first.
  const answer = setImmediate().then(() => start(begin, controller.signal));
  // Once no one waits any more, no one handles its failure.
  answer.catch(() => {});
  const read = { answer, waiting: 0, controller };
  reads.set(key, read);
  return read;
}
