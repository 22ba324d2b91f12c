import { describe, expect, it } from "vitest";
import { type Metric, metricsFileSchema } from "../../schemas/metric.ts";
import { median, medianRatioInterval } from "../../src/comparison/bootstrap.ts";
import { compareMetrics, orderByMetrics } from "../../src/comparison/metrics.ts";

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
    ["samples that overlap", { samples: around(10, 8) }, { samples: around(10.4, 8) }],
    ["single values", { value: 10 }, { value: 30 }],
    ["few samples", { samples: [10, 10, 10, 10] }, { samples: [30, 30, 30, 30] }],
    ["a best of 0", { samples: [0, 0, 0, 0, 0] }, { samples: [1, 1, 1, 1, 1] }],
  ])("shows no difference for %s", (_what, best, other) => {
    const [metric] = compareMetrics([measured("a", best), measured("b", other)]);
    expect(metric?.measured[1]).toMatchObject({ experiment_slug: "b", verdict: "no_difference_shown" });
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
  it("puts what is shown worse behind, and leaves ties as they are", () => {
    const metrics = compareMetrics([
      measured("a", { samples: around(20, 2) }),
      measured("b", { samples: around(10, 1) }),
      measured("c", { samples: around(10.1, 1) }),
    ]);
    expect(orderByMetrics(["a", "c", "b"], metrics)).toEqual(["c", "b", "a"]);
    expect(orderByMetrics(["a", "b"], [])).toEqual(["a", "b"]);
  });
});

describe("medianRatioInterval", () => {
  it("is the same for the same samples", () => {
    const [a, b] = [around(12, 3), around(10, 3)];
    expect(medianRatioInterval(a, b)).toEqual(medianRatioInterval(a, b));
  });

  it("covers the true ratio about as often as it says", () => {
    let state = 1;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const sample = (center: number) => Array.from({ length: 15 }, () => center + random() + random() - 1);
    const covered = Array.from({ length: 60 }, () => medianRatioInterval(sample(12), sample(10))).filter(
      (interval) => interval !== undefined && interval.low <= 1.2 && interval.high >= 1.2,
    );
    expect(covered.length).toBeGreaterThanOrEqual(51);
    expect(covered.length).toBeLessThanOrEqual(60);
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
