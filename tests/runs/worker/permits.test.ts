import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Permits } from "../../../src/runs/worker/permits.ts";
import { tryLock } from "../../../src/utils/files/lock.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

async function openShared(permits: number) {
  const directory = join(await temporaryFolder(), "slots");
  const controller = new AbortController();
  const shared = { directory, permits, signal: controller.signal };
  const list = async () => (await readdir(directory)).filter((name) => !name.startsWith(".")).sort();
  return { shared, directory, list, abort: (reason: Error) => controller.abort(reason) };
}

/** Runs tasks that each hold a permit for a moment, and counts how many are inside. */
async function runTasks(pools: readonly Permits[], each: number) {
  let inside = 0;
  let most = 0;
  const task = async (permits: Permits) => {
    const giveBack = await permits.take();
    most = Math.max(most, ++inside);
    await sleep(5);
    inside--;
    giveBack();
  };
  await Promise.all(pools.flatMap((permits) => Array.from({ length: each }, () => task(permits))));
  return most;
}

describe("Permits", () => {
  test("never exceed a run's own limit, even if more are free", async () => {
    const { shared, list } = await openShared(5);
    const permits = new Permits({ most: 3, shared });
    expect(await runTasks([permits], 20)).toBe(3);
    expect(permits.peak).toBe(3);
    expect(await list()).toEqual([]);
  });

  test("never exceed their number over all runs that share them", async () => {
    const { shared, list } = await openShared(2);
    const runs = [new Permits({ most: 2, shared }), new Permits({ most: 2, shared })];
    expect(await runTasks(runs, 10)).toBe(2);
    expect(await list()).toEqual([]);
  });

  test("are given in the order of the requests", async () => {
    const permits = new Permits({ most: 1 });
    const order: number[] = [];
    const take = async (number: number) => {
      const giveBack = await permits.take();
      order.push(number);
      giveBack();
    };
    await Promise.all([1, 2, 3, 4].map(take));
    expect(order).toEqual([1, 2, 3, 4]);
    expect(permits.waiting).toBe(0);
  });

  test("can be returned only once, so that a second return takes none from another task", async () => {
    const permits = new Permits({ most: 1 });
    const first = await permits.take();
    const second = permits.take();
    const third = permits.take();
    first();
    first();
    const giveBack = await second;
    expect(permits.waiting).toBe(1);
    giveBack();
    (await third)();
  });

  test("stop the wait for one with the reason why the run ended", async () => {
    const { shared, directory, abort } = await openShared(1);
    const other = new Permits({ most: 1, shared });
    const giveBack = await other.take();
    const waiting = [1, 2].map(() => new Permits({ most: 1, shared }).take());
    abort(new Error("the run was ended"));
    await Promise.all(waiting.map((each) => expect(each).rejects.toThrow("the run was ended")));
    giveBack();
    expect(await tryLock(join(directory, "1"))).toBe(true);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("cannot have the limit %s", (most) => {
    expect(() => new Permits({ most })).toThrow(String(most));
  });
});
