import type { ChildProcess } from "node:child_process";
import * as z from "zod";
import type { LoginFinder } from "../lakebase/connection/find-in-time.ts";
import { type KnownLogin, knownLoginSchema } from "../lakebase/connection/known-login.ts";
import type { KnownLogins } from "../lakebase/connection/known-logins.ts";

// Whoever starts a worker and the worker itself pass logins to each other through a pipe between the two processes:
// passwords never touch the disk, and no environment or command line shows them.

const toWorker = z.union([
  /** First: the uids of the branches of which the other messages are. */
  z.object({ expected: z.array(z.string()) }),
  z.object({ uid: z.string(), known: knownLoginSchema.nullable() }),
]);
type ToWorker = z.infer<typeof toWorker>;

/**
 * Passes what is known of some branches to a worker, and keeps the logins that the worker tells of.
 * @param worker has an IPC channel
 */
export function passLogins(worker: ChildProcess, logins: KnownLogins, uids: readonly string[]): void {
  // A worker that has ended needs no login.
  const send = (message: ToWorker) => void worker.send(message, () => {});
  const expected = uids.filter((uid) => logins.has(uid));
  send({ expected });
  for (const uid of expected) void logins.find(uid).then((known) => send({ uid, known: known ?? null }));
  worker.on("message", (message) => {
    // A worker of a later version, installed since we were started, may speak differently.
    const { data } = knownLoginSchema.safeParse(message);
    if (data !== undefined) logins.keep(data);
  });
  // The worker outlives us.
  worker.channel?.unref();
}

/** The worker's end. */
export interface PassedLogins extends LoginFinder {
  /** Tells of a login, for later runs. */
  tell: (known: KnownLogin) => void;
}

/** Receives what `passLogins` sends to this process. */
export function receiveLogins(): PassedLogins {
  const { channel } = process;
  // Whoever started us may be gone before our first line runs; the channel is then null.
  if (!process.connected || channel === undefined) return { find: async () => undefined, tell: () => {} };
  const received = new Map<string, (known: KnownLogin | undefined) => void>();
  const expected = new Map<string, Promise<KnownLogin | undefined>>();
  const begun = new Promise<void>((resolve) => {
    process.on("message", (message) => {
      const { data } = toWorker.safeParse(message);
      if (data === undefined) return;
      if ("uid" in data) received.get(data.uid)?.(data.known ?? undefined);
      else {
        for (const uid of data.expected)
          expected.set(uid, new Promise((receive) => received.set(uid, receive)));
        resolve();
      }
    });
    process.once("disconnect", () => {
      for (const receive of received.values()) receive(undefined);
      resolve();
    });
  });
  channel.unref();
  return {
    find: async (uid) => {
      await begun;
      return expected.get(uid);
    },
    tell: (known) => void process.send?.(known, () => {}),
  };
}
