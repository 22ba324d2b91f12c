import PQueue from "p-queue";
import type { OnWait } from "../../lakebase/connection/hold-compute.ts";

/** One experiment's part in a run, which may have to let others go in between. */
export interface Turn {
  /** Its own time so far, in milliseconds: the clock stands still while it waits for its next turn. */
  now: () => number;
  /** Lets the others have their turns first. Resolves when it is this one's again. */
  pass: (onWait: OnWait) => Promise<void>;
}

/** Runs a task once there is a place for it, and frees the place when it ends. */
export type Place = <Value>(task: (turn: Turn) => Promise<Value>) => Promise<Value>;

/** A place beside others, where nobody waits for turns. */
export function besideOthers(hold: <Value>(task: () => Promise<Value>) => Promise<Value>): Place {
  return (task) => hold(() => task({ now: () => performance.now(), pass: async () => {} }));
}

/**
 * A single place, which experiments have in turns: who passes waits until all others that wait have had theirs.
 * @param hold takes what the place needs, for one turn
 */
export function inTurns(hold: (task: () => Promise<void>) => Promise<void>): Place {
  // First come, first served: that makes the turns.
  const line = new PQueue({ concurrency: 1 });
  /** Gives what ends the turn. */
  const take = () =>
    new Promise<() => void>((resolve, reject) => {
      line.add(() => hold(() => new Promise<void>((end) => resolve(end)))).catch(reject);
    });
  return async (task) => {
    let end = await take();
    let waited = 0;
    const turn: Turn = {
      now: () => performance.now() - waited,
      pass: async (onWait) => {
        if (line.size === 0) return;
        const since = performance.now();
        onWait("its turn");
        const next = take();
        end();
        end = await next;
        onWait(undefined);
        waited += performance.now() - since;
      },
    };
    return task(turn).finally(() => end());
  };
}
