import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import type { OnWait } from "../../lakebase/connection/hold-compute.ts";
import { createGate } from "../../utils/gate.ts";
import type { Permits } from "./permits.ts";

/** One experiment's share of a run, which may have to let others run in between. */
export interface Turn {
  /**
   * The experiment's own time so far, in milliseconds: its clock stops while it waits for its next turn, and once it
   * has left.
   */
  now: () => number;
  /** Lets the others have their turns first. Resolves when it is this one's turn again. */
  pass: (onWait: OnWait) => Promise<void>;
  /** Gives its place up early: what it still does blocks no one, and measures nothing. */
  leave: () => void;
  /** Says that its first command has started. */
  started: () => void;
  /** Waits a moment for those who have a place now to start their first command, which whoever has left would slow down. */
  letOthersStart: () => Promise<void>;
}

/** The longest such moment, in milliseconds: a command may be waiting for something else. */
const momentMs = 300;

/** Runs a task once there is room for it, and makes room when it ends. */
export type Place = <Value>(task: (turn: Turn) => Promise<Value>) => Promise<Value>;

/** Runs tasks concurrently, without turns. */
export function concurrently(permits: Permits): Place {
  const starting = new Set<Promise<void>>();
  const allStarted = async () => {
    while (starting.size > 0) await Promise.all(starting);
  };
  const letOthersStart = async () => {
    // Whoever took the place that was just given up is among them by then.
    await setImmediate();
    const over = new AbortController();
    await Promise.race([allStarted(), sleep(momentMs, undefined, over)]);
    over.abort();
  };
  return async (task) => {
    const giveBack = await permits.take();
    const clock = startClock();
    const { opened: start, open: started } = createGate();
    starting.add(start);
    void start.then(() => starting.delete(start));
    const leave = () => {
      clock.stop();
      started();
      giveBack();
    };
    return task({ now: clock.now, pass: async () => {}, leave, started, letOthersStart }).finally(leave);
  };
}

/**
 * Runs one task at a time, in turns: a task that passes waits until all others that are waiting have had theirs. No
 * task leaves its place early, because what it still does would disturb the others' measurements.
 * @param permits a single one
 */
export function roundRobin(permits: Permits): Place {
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
    const alone = { leave: () => {}, started: () => {}, letOthersStart: async () => {} };
    return task({ now: clock.now, pass, ...alone }).finally(() => {
      clock.stop();
      giveBack();
    });
  };
}

/** Measures time, in milliseconds, except while stopped. */
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
