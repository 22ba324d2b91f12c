import { describe, expect, it } from "vitest";
import { type Metric, metricsFileSchema } from "../../../schemas/metric.ts";
import { compareMedians, median } from "../../../src/comparison/details/bootstrap.ts";
import { compareMetrics, orderByMetrics } from "../../../src/comparison/details/metrics.ts";

const around = (center: number, spread: number, count = 20) =>
  Array.from({ length: count }, (_, n) => center + spread * (((n * 7919) % count) / count - 0.5));

const measured = (experiment_slug: string, metric: Partial<Metric>) => ({
  experiment_slug,
  tag: "perf",
  metric: { name: "checkout p50", better: "lower" as const, unit: "ms", ...metric },
});

describe("compareMetrics", () => {
  it("shows a clear difference, with the interval of the ratio", () => {
    const [metric] = compareMetrics([
      measured("slow", { samples: around(20, 2) }),
      measured("fast", { samples: around(10, 1) }),
    ]);
    expect(metric?.measured.map((each) => [each.experiment_slug, each.verdict])).toEqual([
      ["fast", "best"],
      ["slow", "worse"],
    ]);
    const [, slow] = metric?.measured ?? [];
    expect(slow?.ratio).toBeCloseTo(2, 1);
    expect(slow?.interval?.low).toBeGreaterThan(1.8);
    expect(slow?.interval?.high).toBeLessThan(2.2);
  });

  it("takes the higher one for better where the metric says so", () => {
    const [metric] = compareMetrics([
      measured("a", { better: "higher", samples: around(10, 1) }),
      measured("b", { better: "higher", samples: around(20, 2) }),
    ]);
    expect(metric?.measured.map((each) => [each.experiment_slug, each.verdict])).toEqual([
      ["b", "best"],
      ["a", "worse"],
    ]);
  });

  it.each([
    ["samples that overlap", { samples: around(10, 8) }, { samples: around(10.4, 8) }, "no_difference_shown"],
    ["single values", { value: 10 }, { value: 30 }, "too_few_samples"],
    ["few samples", { samples: [10, 10, 10, 10] }, { samples: [30, 30, 30, 30, 30] }, "too_few_samples"],
    ["a best of 0", { samples: [0, 0, 0, 0, 0] }, { samples: [1, 1, 1, 1, 1] }, "worse"],
    ["a best below 0", { samples: around(-20, 1) }, { samples: around(-10, 1) }, "worse"],
    ["nothing but 0", { samples: [0, 0, 0, 0, 0] }, { samples: [0, 0, 0, 0, 0] }, "no_difference_shown"],
  ])("says of %s what they show", (_what, best, other, verdict) => {
    const [metric] = compareMetrics([measured("a", best), measured("b", other)]);
    expect(metric?.measured[1]).toMatchObject({ experiment_slug: "b", verdict });
  });

  it("gives no ratio where it says nothing", () => {
    const [metric] = compareMetrics([
      measured("a", { samples: [-1, 0, 0, 0, 1] }),
      measured("b", { samples: [1, 1, 1, 1, 1] }),
    ]);
    expect(metric?.measured[1]).toMatchObject({ ratio: undefined, interval: undefined });
  });

  it("takes the measurements of all repeats together", () => {
    const repeats = (slug: string, values: number[]) => values.map((value) => measured(slug, { value }));
    const [metric] = compareMetrics([
      ...repeats("a", [10, 11, 9, 10, 10]),
      ...repeats("b", [20, 21, 19, 20, 20]),
    ]);
    expect(metric?.measured).toMatchObject([
      { experiment_slug: "a", samples: 5, median: 10 },
      { experiment_slug: "b", samples: 5, median: 20, ratio: 2, verdict: "worse" },
    ]);
  });

  it("does not compare what is measured in other units, tags or directions", () => {
    const one = measured("a", { value: 1 });
    const others = [
      measured("b", { value: 1, unit: "s" }),
      { ...measured("b", { value: 1 }), tag: "e2e" },
      measured("b", { value: 1, better: "higher" }),
    ];
    expect(compareMetrics([one, ...others]).map((metric) => metric.measured.length)).toEqual([1, 1, 1, 1]);
  });
});

describe("orderByMetrics", () => {
  const order = (slugs: string[], measurements: Parameters<typeof orderByMetrics>[1]) =>
    orderByMetrics(
      slugs.map((experiment_slug) => ({ experiment_slug })),
      measurements,
    ).winners.map((row) => row.experiment_slug);

  it("puts what is shown worse behind, and leaves ties as they are", () => {
    const measurements = [
      measured("a", { samples: around(20, 2) }),
      measured("b", { samples: around(10, 1) }),
      measured("c", { samples: around(10.1, 1) }),
    ];
    expect(order(["a", "c", "b"], measurements)).toEqual(["c", "b", "a"]);
    expect(order(["a", "b"], [])).toEqual(["a", "b"]);
  });

  it("compares the given ones with each other, not with what is better than all of them", () => {
    const measurements = [
      measured("failing", { samples: around(1, 0.1) }),
      measured("a", { samples: around(20, 2) }),
      measured("b", { samples: around(10, 1) }),
    ];
    expect(order(["a", "b"], measurements)).toEqual(["b", "a"]);
  });

  it("orders those that are all worse than the best among each other", () => {
    for (const given of [
      { a: 100, b: 10, c: 1 },
      { c: 100, b: 1, a: 10 },
    ]) {
      const measurements = Object.entries(given).map(([slug, center]) =>
        measured(slug, { samples: around(center, center / 10) }),
      );
      const expected = Object.entries(given)
        .sort((x, y) => x[1] - y[1])
        .map(([slug]) => slug);
      expect(order(["a", "b", "c"], measurements)).toEqual(expected);
    }
  });

  it("puts who did not measure behind who did, also behind who is shown worse", () => {
    const measurements = [
      measured("b", { samples: around(20, 2) }),
      measured("c", { samples: around(10, 1) }),
    ];
    expect(order(["a", "b", "c"], measurements)).toEqual(["c", "b", "a"]);
    expect(order(["a", "b", "c"], [measured("b", { value: 3 }), measured("c", { value: 2 })])).toEqual([
      "c",
      "b",
      "a",
    ]);
  });

  it("says whether the first is shown to be better", () => {
    const isByMetrics = (...measurements: Parameters<typeof orderByMetrics>[1]) =>
      orderByMetrics([{ experiment_slug: "a" }, { experiment_slug: "b" }], measurements).isByMetrics;
    expect(isByMetrics()).toBe(false);
    expect(isByMetrics(measured("a", { value: 30 }), measured("b", { value: 10 }))).toBe(false);
    expect(
      isByMetrics(measured("a", { samples: around(20, 2) }), measured("b", { samples: around(10, 1) })),
    ).toBe(true);
  });

  it("goes by single values where nothing else tells", () => {
    const measurements = [measured("a", { value: 30 }), measured("b", { value: 10 })];
    expect(order(["a", "b"], measurements)).toEqual(["b", "a"]);
  });
});

describe("compareMedians", () => {
  it("is the same for the same samples", () => {
    const [a, b] = [around(12, 3), around(10, 3)];
    expect(compareMedians(a, b)).toEqual(compareMedians(a, b));
  });

  const random = (state: number) => () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };

  it.each([15, 16])("covers the true ratio about as often as it says, by %d samples", (size) => {
    const next = random(1);
    const sample = (center: number) => Array.from({ length: size }, () => center + next() + next() - 1);
    const covered = Array.from({ length: 200 }, () => compareMedians(sample(12), sample(10))?.ratio).filter(
      (interval) => interval !== undefined && interval.low <= 1.2 && interval.high >= 1.2,
    );
    expect(covered.length).toBeGreaterThanOrEqual(180);
    expect(covered.length).toBeLessThan(200);
  });

  it.each([
    [5, 5],
    [8, 11],
    [30, 30],
  ])("gives the interval that resampling %d and %d values gives", (sizeA, sizeB) => {
    const next = random(2);
    const draw = (size: number, of: () => number) => Array.from({ length: size }, of);
    const [a, b] = [draw(sizeA, () => 12 + 4 * next()), draw(sizeB, () => 10 + 4 * next())];
    const resampled = (values: number[]) =>
      median(draw(values.length, () => values[Math.floor(next() * values.length)] ?? Number.NaN));
    const differences = draw(20_000, () => resampled(a) - resampled(b)).sort((x, y) => x - y);
    const { difference } = compareMedians(a, b) ?? {};
    const [low, high] = [difference?.low ?? Number.NaN, difference?.high ?? Number.NaN];
    expect(Math.abs(low - (differences[500] ?? 0))).toBeLessThan((high - low) / 10);
    expect(Math.abs(high - (differences[19_500] ?? 0))).toBeLessThan((high - low) / 10);
  });
});

describe("median", () => {
  it.each([
    [[3], 3],
    [[1, 2], 1.5],
    [[5, 1, 3], 3],
  ])("of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

describe("metricsFileSchema", () => {
  it.each([
    ["a list", [{ name: "p50", value: 3, better: "lower" }], true],
    ["a list under metrics", { metrics: [{ name: "p50", samples: [1, 2], better: "higher" }] }, true],
    ["both value and samples", [{ name: "p50", value: 3, samples: [3], better: "lower" }], false],
    ["neither", [{ name: "p50", better: "lower" }], false],
    ["no direction", [{ name: "p50", value: 3 }], false],
    ["no samples", [{ name: "p50", samples: [], better: "lower" }], false],
  ])("takes %s: %#", (_what, file, fits) => {
    expect(metricsFileSchema.safeParse(file).success).toBe(fits);
  });
});
