import { describe, expect, onTestFinished, test, vi } from "vitest";
import { openBudget, pause, retryTransient, timeLeft } from "../../src/lakebase/cli/budget.ts";
import { LakebaseError } from "../../src/lakebase/cli/errors.ts";
import { type SharedReads, shareRead } from "../../src/lakebase/cli/shared-reads.ts";
import { openLakebase } from "../../src/lakebase/lakebase.ts";

const lakebase = openLakebase({ command: ["databricks"], project: "p", limits: { pause_ms: 1 } });
const fail = (retryable: boolean) => new LakebaseError("unavailable", "No.", { hint: "Wait.", retryable });

/** A call that fails this many times before it succeeds. */
function failing(times: number, error: Error) {
  let calls = 0;
  const call = async () => {
    calls += 1;
    if (calls <= times) throw error;
    return "done";
  };
  return { call, count: () => calls };
}

describe("a call", () => {
  test.each([
    [0, 1, 0],
    [1, 2, 1],
    [3, 4, 3],
  ])("that fails %i times in passing takes %i attempts", async (times, attempts, retries) => {
    const budget = openBudget(lakebase);
    const { call, count } = failing(times, fail(true));
    expect(await retryTransient(budget, call)).toBe("done");
    expect([count(), budget.retries]).toEqual([attempts, retries]);
  });

  test.each([
    ["a fourth time in passing", 4, fail(true), 4],
    ["for good", 1, fail(false), 1],
    ["by a defect", 1, new TypeError("x is not a function"), 1],
  ])("that fails %s is given up", async (_what, times, error, attempts) => {
    const { call, count } = failing(times, error);
    await expect(retryTransient(openBudget(lakebase), call)).rejects.toBe(error);
    expect(count()).toBe(attempts);
  });

  test("is not repeated when there is no time left, or nobody waits", async () => {
    const error = fail(true);
    const late = failing(1, error);
    await expect(retryTransient(openBudget(lakebase, { timeout_ms: 0 }), late.call)).rejects.toBe(error);
    const gone = failing(1, error);
    const signal = AbortSignal.abort();
    await expect(retryTransient(openBudget(lakebase, { signal }), gone.call)).rejects.toBe(error);
    expect([late.count(), gone.count()]).toEqual([1, 1]);
  });
});

test("a pause ends early when the caller cancels", async () => {
  const controller = new AbortController();
  const budget = { ...openBudget(lakebase, { signal: controller.signal }), pause_ms: 100_000 };
  const paused = pause(budget, 0);
  controller.abort();
  expect(await paused).toBe(false);
});

test("the time left is never negative", () => {
  expect(timeLeft(openBudget(lakebase, { timeout_ms: -5_000 }))).toBe(0);
  expect(timeLeft(openBudget(lakebase, { timeout_ms: 60_000 }))).toBeGreaterThan(0);
});

test.each([1, -1])("the time left does not change when the clock jumps by %i days", (days) => {
  const budget = openBudget(lakebase, { timeout_ms: 60_000 });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + days * 86_400_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect(timeLeft(budget)).toBeGreaterThan(0);
  expect(timeLeft(budget)).toBeLessThanOrEqual(60_000);
});

describe("reads that ask the same", () => {
  /** A read that a test ends, and how often it began. */
  function open() {
    const reads: SharedReads = new Map();
    const started: { end: (answer: string) => void; fail: (error: Error) => void; signal: AbortSignal }[] =
      [];
    const ask = (signal: AbortSignal = new AbortController().signal) =>
      shareRead(
        reads,
        "key",
        (begin, everybody) =>
          new Promise((resolve, reject) => {
            begin();
            started.push({ end: resolve, fail: reject, signal: everybody });
          }),
        signal,
      );
    const begun = async (count: number) => expect.poll(() => started.length).toBe(count);
    return { reads, started, ask, begun };
  }

  test("at the same time share one call", async () => {
    const { reads, started, ask, begun } = open();
    const answers = [ask(), ask(), ask()];
    await begun(1);
    started[0]?.end("a");
    expect(await Promise.all(answers)).toEqual(["a", "a", "a"]);
    expect(reads.size).toBe(0);
  });

  test("while a call is under way make another, whose answer is newer", async () => {
    const { started, ask, begun } = open();
    const first = ask();
    await begun(1);
    const second = ask();
    await begun(2);
    started[1]?.end("new");
    started[0]?.end("old");
    expect(await Promise.all([first, second])).toEqual(["old", "new"]);
  });

  test("fail together", async () => {
    const { started, ask, begun } = open();
    const answers = [ask(), ask()];
    const settled = Promise.allSettled(answers);
    await begun(1);
    started[0]?.fail(new Error("no"));
    expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  test("go on for the others when one caller leaves, and end with the last", async () => {
    const { started, ask, begun } = open();
    const [one, other] = [new AbortController(), new AbortController()];
    const [first, second] = [ask(one.signal), ask(other.signal)];
    await begun(1);
    one.abort(new Error("left"));
    await expect(first).rejects.toThrow("left");
    expect(started[0]?.signal.aborted).toBe(false);
    other.abort(new Error("left too"));
    await expect(second).rejects.toThrow("left too");
    expect(started[0]?.signal.aborted).toBe(true);
  });

  test("begin anew after everybody left before the call began", async () => {
    const { reads, started, ask, begun } = open();
    const controller = new AbortController();
    const left = ask(controller.signal);
    controller.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    expect(reads.size).toBe(0);
    const next = ask();
    await begun(2);
    expect(started.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    started[1]?.end("a");
    expect(await next).toBe("a");
  });
});
