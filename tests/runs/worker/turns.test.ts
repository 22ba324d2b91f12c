import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Permits } from "../../../src/runs/worker/permits.ts";
import { runExperimentsInParallel } from "../../../src/runs/worker/schedule.ts";
import { concurrently, roundRobin, type Turn } from "../../../src/runs/worker/turns.ts";

describe("concurrently", () => {
  it("lets whoever took the place that one has left start first", async () => {
    const order: string[] = [];
    await runExperimentsInParallel({
      experiments: ["a", "b"],
      place: concurrently(new Permits({ most: 1 })),
      run: async (slug, turn) => {
        order.push(`${slug} has its turn`);
        await sleep(5);
        turn.started();
        order.push(`${slug} starts`);
        turn.leave();
        await turn.letOthersStart();
        order.push(`${slug} goes on`);
      },
    });
    expect(order).toEqual([
      "a has its turn",
      "a starts",
      "b has its turn",
      "b starts",
      "a goes on",
      "b goes on",
    ]);
  });

  it("also lets those start first whose turns come in the meantime", async () => {
    const order: string[] = [];
    const steps = ["c has its turn", "d has its turn", "c starts"] as const;
    const done = new Map(steps.map((step) => [step, signalOnce()]));
    const reach = (step: (typeof steps)[number]) => done.get(step)?.resolve();
    const wait = (step: (typeof steps)[number]) => done.get(step)?.promise;
    const start = (slug: string, turn: Turn) => {
      order.push(`${slug} starts`);
      turn.started();
    };
    const work: Record<string, (turn: Turn) => Promise<void>> = {
      a: async (turn) => {
        turn.started();
        turn.leave();
        await turn.letOthersStart();
        order.push("a goes on");
      },
      b: async (turn) => {
        turn.started();
        await wait("c has its turn");
        await sleep(5);
      },
      c: async (turn) => {
        reach("c has its turn");
        await wait("d has its turn");
        start("c", turn);
        reach("c starts");
      },
      d: async (turn) => {
        reach("d has its turn");
        await wait("c starts");
        await sleep(5);
        start("d", turn);
      },
    };
    await runExperimentsInParallel({
      experiments: Object.keys(work),
      place: concurrently(new Permits({ most: 2 })),
      run: async (slug, turn) => work[slug]?.(turn),
    });
    expect(order).toEqual(["c starts", "d starts", "a goes on"]);
  });

  it("does not wait for long where another cannot start", async () => {
    let fail = (_reason: Error) => {};
    const stuck = new Promise<void>((_resolve, reject) => {
      fail = reject;
    });
    const results = await runExperimentsInParallel({
      experiments: ["a", "b", "c"],
      place: concurrently(new Permits({ most: 2 })),
      run: async (slug, turn) => {
        if (slug === "b") return stuck;
        turn.started();
        turn.leave();
        await turn.letOthersStart();
        if (slug === "c") fail(new Error("it broke"));
      },
    });
    expect(results.map(({ status }) => status)).toEqual(["succeeded", "failed", "succeeded"]);
  });
});

const openPlace = () => roundRobin(new Permits({ most: 1 }));

/** A run whose experiments work so many times each, and pass in between. */
async function runInTurns(rounds: Record<string, number>, work: (slug: string, turn: Turn) => Promise<void>) {
  const experiments = Object.keys(rounds);
  const permits = new Permits({ most: 1 });
  const results = await runExperimentsInParallel({
    experiments,
    place: roundRobin(permits),
    run: async (slug, turn) => {
      for (let round = 0; round < (rounds[slug] ?? 0); round++) {
        if (round > 0) await turn.pass(() => {});
        await work(slug, turn);
      }
    },
  });
  return { results, peak: permits.peak };
}

describe("roundRobin", () => {
  it("lets one work at a time, in turns, whichever ends first", async () => {
    const order: string[] = [];
    let atWork = 0;
    const { peak } = await runInTurns({ a: 3, b: 1, c: 2 }, async (slug) => {
      expect(++atWork).toBe(1);
      await sleep(5);
      atWork--;
      order.push(slug);
    });
    expect(order).toEqual(["a", "b", "c", "a", "c", "a"]);
    expect(peak).toBe(1);
  });

  it("continues without one that fails", async () => {
    const order: string[] = [];
    const { results } = await runInTurns({ a: 2, b: 2 }, async (slug) => {
      order.push(slug);
      if (slug === "a") throw new Error("it broke");
    });
    expect(order).toEqual(["a", "b", "b"]);
    expect(results.map(({ status }) => status)).toEqual(["failed", "succeeded"]);
  });

  it("does not count the time of the others' turns", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const { results } = await runInTurns({ a: 3, b: 2 }, async (slug) => {
      vi.advanceTimersByTime(slug === "a" ? 1_000 : 70);
    });
    expect(results.map(({ duration_ms }) => duration_ms)).toEqual([3_000, 140]);
  });

  it("reports a wait only if others are in line", async () => {
    const told: (string | undefined)[] = [];
    const place = openPlace();
    await place((turn) => turn.pass((what) => told.push(what)));
    expect(told).toEqual([]);
    await Promise.all([place((turn) => turn.pass((what) => told.push(what))), place(async () => {})]);
    expect(told).toEqual(["its turn", undefined]);
  });
});

function signalOnce() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
