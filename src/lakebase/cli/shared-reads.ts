import { setImmediate } from "node:timers/promises";

interface SharedRead {
  answer: Promise<string>;
  /** How many wait for the answer. */
  waiting: number;
  /** Ends the call when nobody waits for it any more. */
  controller: AbortController;
}

/** Calls that wait to be made, by what they ask. One handle has one of these. */
export type SharedReads = Map<string, SharedRead>;

/**
 * Makes a call that only asks, once for all who ask the same before it starts. One that has started is not joined: its
 * answer may be older than what the caller has just changed.
 * @param start makes the call; it says when it begins, from when on none may join
 * @param signal ends the wait of this caller alone, with its reason
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
  // Calls that come together are all heard before the first of them starts.
  const answer = setImmediate().then(() => start(begin, controller.signal));
  // Where nobody waits any more, nobody hears how it ended.
  answer.catch(() => {});
  const read = { answer, waiting: 0, controller };
  reads.set(key, read);
  return read;
}
