import { describe, expect, it } from "vitest";
import type { Metric } from "../../../schemas/comparison/metric.ts";
import type { DecideBy } from "../../../schemas/plan/decide-by.ts";
import { orderByMetrics } from "../../../src/comparison/verdict/order-by-metrics.ts";

const around = (center: number, spread: number, count = 20) =>
  Array.from({ length: count }, (_, n) => center + spread * (((n * 7919) % count) / count - 0.5));

const measured = (experiment_slug: string, metric: Partial<Metric>) => ({
  experiment_slug,
  tag: "perf",
  metric: { name: "checkout p50", better: "lower" as const, unit: "ms", ...metric },
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

  describe("by the metric that decides", () => {
    const size = { name: "size", unit: "bytes" };
    const measurements = [
      measured("a", { samples: around(20, 2) }),
      measured("b", { samples: around(10, 1) }),
      measured("a", { ...size, samples: around(100, 1) }),
      measured("b", { ...size, samples: around(900, 1) }),
    ];
    const decide = (decideBy: DecideBy | undefined, given = measurements) => {
      const rows = [{ experiment_slug: "a" }, { experiment_slug: "b" }];
      const { winners, isByMetrics } = orderByMetrics(rows, given, decideBy);
      return [winners[0]?.experiment_slug, isByMetrics];
    };

    it("is not decided where metrics contradict each other and none is named", () => {
      expect(decide(undefined)).toEqual(["a", false]);
    });

    it.each([
      [{ metric: "size" }, ["a", true]],
      [{ metric: "checkout p50" }, ["b", true]],
      [{ metric: "checkout p50", tag: "perf" }, ["b", true]],
      [{ metric: "checkout p50", tag: "e2e" }, ["a", false]],
      [{ metric: "p99" }, ["a", false]],
    ])("%j gives %j", (decideBy, expected) => {
      expect(decide(decideBy)).toEqual(expected);
    });

    it("leaves the order to the others where it shows no difference, and decides nothing then", () => {
      const alike = [
        measured("a", { samples: around(10, 1) }),
        measured("b", { samples: around(10.01, 1) }),
        measured("a", { ...size, samples: around(900, 1) }),
        measured("b", { ...size, samples: around(100, 1) }),
      ];
      expect(decide({ metric: "checkout p50" }, alike)).toEqual(["b", false]);
    });

    it("puts who did not measure it last, whatever else it measured", () => {
      expect(decide({ metric: "checkout p50" }, measurements.slice(1))).toEqual(["b", false]);
    });
  });
});
