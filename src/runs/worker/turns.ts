import type { OnWait } from "../../lakebase/connection/hold-compute.ts";
import type { Permits } from "./permits.ts";

/** One experiment's part in a run, which may have to let others go in between. */
export interface Turn {
  /** Its own time so far, in milliseconds: the clock stands still while it waits for its next turn, and once it left. */
  now: () => number;
  /** Lets the others have their turns first. Resolves when it is this one's again. */
  pass: (onWait: OnWait) => Promise<void>;
  /** Gives its place up before it ends: what it still does holds up nobody, and measures nothing. */
  leave: () => void;
}

/** Runs a task once there is a place for it, and frees the place when it ends. */
export type Place = <Value>(task: (turn: Turn) => Promise<Value>) => Promise<Value>;

/** A place beside others, where nobody waits for turns. */
export function besideOthers(permits: Permits): Place {
  return async (task) => {
    const giveBack = await permits.take();
    const clock = startClock();
    const leave = () => {
      clock.stop();
      giveBack();
    };
    return task({ now: clock.now, pass: async () => {}, leave }).finally(leave);
  };
}

/**
 * A single place, which experiments have in turns: who passes waits until all others that wait have had theirs. Nobody
 * leaves it early: what an experiment still does would disturb the others' measurements.
 * @param permits of one place
 */
export function inTurns(permits: Permits): Place {
  return async (task) => {
    let giveBack = await permits.take();
    const clock = startClock();
    const pass: Turn["pass"] = async (onWait) => {
      if (permits.waiting === 0) return;
      clock.stop();
      onWait("its turn");
      const next = permits.take();
      giveBack();
      giveBack = await next;
      onWait(undefined);
      clock.go();
    };
    return task({ now: clock.now, pass, leave: () => {} }).finally(() => {
      clock.stop();
      giveBack();
    });
  };
}

/** Counts the milliseconds in which it goes. */
function startClock() {
  let before = 0;
  let since: number | undefined = performance.now();
  const now = () => before + (since === undefined ? 0 : performance.now() - since);
  return {
    now,
    stop: () => {
      before = now();
      since = undefined;
    },
    go: () => {
      since = performance.now();
    },
  };
}
