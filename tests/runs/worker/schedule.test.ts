import { expect, test } from "vitest";
import { Permits } from "../../../src/runs/worker/permits.ts";
import { runExperimentsInParallel } from "../../../src/runs/worker/schedule.ts";
import { concurrently } from "../../../src/runs/worker/turns.ts";

/** Promises that the test resolves by name. */
function gates() {
  const open = new Map<string, () => void>();
  const running: string[] = [];
  const run = (slug: string) => {
    running.push(slug);
    return new Promise<string>((resolve) => open.set(slug, () => resolve(`${slug} done`)));
  };
  return { run, running, open: (slug: string) => open.get(slug)?.() };
}

test("returns results in input order, whichever ends first", async () => {
  const gate = gates();
  const settled: string[] = [];
  const run = runExperimentsInParallel({
    experiments: ["slow", "fast", "middle"],
    place: concurrently(new Permits({ most: 3 })),
    run: gate.run,
    onSettled: ({ experiment_slug }) => settled.push(experiment_slug),
  });
  for (const slug of ["fast", "middle", "slow"]) {
    await expect.poll(() => gate.running).toContain(slug);
    gate.open(slug);
    await expect.poll(() => settled).toContain(slug);
  }
  const results = await run;
  expect(results.map(({ experiment_slug }) => experiment_slug)).toEqual(["slow", "fast", "middle"]);
  expect(settled).toEqual(["fast", "middle", "slow"]);
});

test("never exceeds the limit, and fills a free place at once", async () => {
  const gate = gates();
  const permits = new Permits({ most: 2 });
  const run = runExperimentsInParallel({
    experiments: ["a", "b", "c"],
    place: concurrently(permits),
    run: gate.run,
  });
  await expect.poll(() => gate.running).toEqual(["a", "b"]);
  gate.open("b");
  await expect.poll(() => gate.running).toEqual(["a", "b", "c"]);
  gate.open("a");
  gate.open("c");
  await run;
  expect(permits.peak).toBe(2);
});

test("starts the next one when one leaves its place early, and stops the clock of the first", async () => {
  const gate = gates();
  const running: string[] = [];
  const permits = new Permits({ most: 1 });
  const run = runExperimentsInParallel({
    experiments: ["a", "b"],
    place: concurrently(permits),
    run: async (slug, turn) => {
      running.push(slug);
      if (slug === "b") return turn.now();
      turn.leave();
      const left = turn.now();
      await gate.run(slug);
      expect(turn.now()).toBe(left);
      return left;
    },
  });
  await expect.poll(() => running).toEqual(["a", "b"]);
  gate.open("a");
  expect((await run).map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
  expect(permits.peak).toBe(1);
});

test("returns a failure as a result and continues with the others", async () => {
  const results = await runExperimentsInParallel({
    experiments: ["a", "b", "c"],
    place: concurrently(new Permits({ most: 1 })),
    run: async (slug) => {
      if (slug !== "c") throw new Error(`${slug} broke`);
      return "fine";
    },
  });
  expect(results).toMatchObject([
    { status: "failed", error: { message: "a broke" } },
    { status: "failed", error: { message: "b broke" } },
    { status: "succeeded", value: "fine" },
  ]);
});

test("does nothing without experiments", async () => {
  const place = concurrently(new Permits({ most: 1 }));
  expect(await runExperimentsInParallel({ experiments: [], place, run: async () => "" })).toEqual([]);
});
