import { describe, expect, it } from "vitest";
import { type Metric, metricsFileSchema } from "../../../schemas/comparison/metric.ts";
import { compareMetrics } from "../../../src/comparison/details/metrics.ts";

const around = (center: number, spread: number, count = 20) =>
  Array.from({ length: count }, (_, n) => center + spread * (((n * 7919) % count) / count - 0.5));

const measured = (experiment_slug: string, metric: Partial<Metric>) => ({
  experiment_slug,
  tag: "perf",
  metric: { name: "checkout p50", better: "lower" as const, unit: "ms", ...metric },
});

describe("compareMetrics", () => {
  it("shows a clear difference with the interval of the ratio", () => {
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

  it("treats the higher value as better when the metric says so", () => {
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
    ["few samples of the best", { samples: [10, 10, 10, 10] }, { samples: around(30, 1) }, "too_few_samples"],
    [
      "few samples of the other",
      { samples: around(10, 1) },
      { samples: [30, 30, 30, 30] },
      "too_few_samples",
    ],
    ["a best of 0", { samples: [0, 0, 0, 0, 0] }, { samples: [1, 1, 1, 1, 1] }, "worse"],
    ["a best below 0", { samples: around(-20, 1) }, { samples: around(-10, 1) }, "worse"],
    ["nothing but 0", { samples: [0, 0, 0, 0, 0] }, { samples: [0, 0, 0, 0, 0] }, "no_difference_shown"],
  ])("classifies %s", (_what, best, other, verdict) => {
    const [metric] = compareMetrics([measured("a", best), measured("b", other)]);
    expect(metric?.measured[1]).toMatchObject({ experiment_slug: "b", verdict });
  });

  it("says how many more samples are needed for the number of experiments", () => {
    const missing = (experiments: number, samples: number) =>
      compareMetrics(
        Array.from({ length: experiments }, (_, n) =>
          measured(`exp-${n}`, { samples: around(10 + 5 * n, 1, samples) }),
        ),
      )[0]?.measured.map((each) => each.missing_samples);
    expect(missing(2, 3)).toEqual([2, 2]);
    expect(missing(4, 5)).toEqual(Array(4).fill(undefined));
    expect(missing(8, 5)).toEqual(Array(8).fill(2));
    const uneven = compareMetrics([measured("a", { value: 1 }), measured("b", { samples: around(10, 1) })]);
    expect(uneven[0]?.measured).toMatchObject([
      { experiment_slug: "a", verdict: "best", missing_samples: 4 },
      { experiment_slug: "b", verdict: "too_few_samples" },
    ]);
    expect(uneven[0]?.measured[1]).not.toHaveProperty("missing_samples");
  });

  it("keeps the error limit of all experiments when only some are compared", () => {
    const eight = Array.from({ length: 8 }, (_, n) =>
      measured(`exp-${n}`, { samples: around(10 + n, 1, 6) }),
    );
    const [metric] = compareMetrics(eight, new Set(["exp-0", "exp-7"]));
    expect(metric?.measured.map((each) => each.verdict)).toEqual(["best", "too_few_samples"]);
  });

  it("omits the ratio when it would be meaningless", () => {
    const [metric] = compareMetrics([
      measured("a", { samples: [-1, 0, 0, 0, 1] }),
      measured("b", { samples: [1, 1, 1, 1, 1] }),
    ]);
    expect(metric?.measured[1]).toMatchObject({ ratio: undefined, interval: undefined });
    const [tiny] = compareMetrics([measured("a", { value: 5e-324 }), measured("b", { value: 1e100 })]);
    expect(tiny?.measured[1]?.ratio).toBeUndefined();
  });

  it("pools the measurements of all repeats", () => {
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

  it("does not compare measurements with different units, tags or directions", () => {
    const one = measured("a", { value: 1 });
    const others = [
      measured("b", { value: 1, unit: "s" }),
      { ...measured("b", { value: 1 }), tag: "e2e" },
      measured("b", { value: 1, better: "higher" }),
    ];
    expect(compareMetrics([one, ...others]).map((metric) => metric.measured.length)).toEqual([1, 1, 1, 1]);
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
  ])("accepts or refuses %s: %#", (_what, file, fits) => {
    expect(metricsFileSchema.safeParse(file).success).toBe(fits);
  });
});
