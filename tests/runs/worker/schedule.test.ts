import { describe, expect, test } from "vitest";
import { runExperimentsInParallel } from "../../../src/runs/worker/schedule.ts";

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

test("results stand in input order, whichever ends first", async () => {
  const gate = gates();
  const settled: string[] = [];
  const run = runExperimentsInParallel({
    experiments: ["slow", "fast", "middle"],
    concurrency: 3,
    run: gate.run,
    onSettled: ({ experiment_slug }) => settled.push(experiment_slug),
  });
  for (const slug of ["fast", "middle", "slow"]) {
    gate.open(slug);
    await expect.poll(() => settled).toContain(slug);
  }
  const { results, peak_in_flight } = await run;
  expect(results.map(({ experiment_slug }) => experiment_slug)).toEqual(["slow", "fast", "middle"]);
  expect(settled).toEqual(["fast", "middle", "slow"]);
  expect(peak_in_flight).toBe(3);
});

test("the cap is hard, and a place that is free is taken", async () => {
  const gate = gates();
  const run = runExperimentsInParallel({ experiments: ["a", "b", "c"], concurrency: 2, run: gate.run });
  await expect.poll(() => gate.running).toEqual(["a", "b"]);
  gate.open("b");
  await expect.poll(() => gate.running).toEqual(["a", "b", "c"]);
  gate.open("a");
  gate.open("c");
  expect((await run).peak_in_flight).toBe(2);
});

test("a failure is a result and stops no other", async () => {
  const { results } = await runExperimentsInParallel({
    experiments: ["a", "b", "c"],
    concurrency: 1,
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

test("no experiments, no work", async () => {
  const run = await runExperimentsInParallel({ experiments: [], concurrency: 1, run: async () => "" });
  expect(run).toMatchObject({ results: [], peak_in_flight: 0 });
});

describe("a concurrency that is no whole number of at least 1 is refused before anything runs", () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("%s", async (concurrency) => {
    const gate = gates();
    await expect(
      runExperimentsInParallel({ experiments: ["a"], concurrency, run: gate.run }),
    ).rejects.toMatchObject({
      code: "invalid_concurrency",
      message: expect.stringContaining(String(concurrency)),
    });
    expect(gate.running).toEqual([]);
  });
});
