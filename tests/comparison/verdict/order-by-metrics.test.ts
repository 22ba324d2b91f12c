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

  it("moves experiments shown to be worse to the end, and keeps the order of ties", () => {
    const measurements = [
      measured("a", { samples: around(20, 2) }),
      measured("b", { samples: around(10, 1) }),
      measured("c", { samples: around(10.1, 1) }),
    ];
    expect(order(["a", "c", "b"], measurements)).toEqual(["c", "b", "a"]);
    expect(order(["a", "b"], [])).toEqual(["a", "b"]);
  });

  it("compares only the given experiments, even if another one is better than all of them", () => {
    const measurements = [
      measured("failing", { samples: around(1, 0.1) }),
      measured("a", { samples: around(20, 2) }),
      measured("b", { samples: around(10, 1) }),
    ];
    expect(order(["a", "b"], measurements)).toEqual(["b", "a"]);
  });

  it("orders several experiments that are all worse than the best", () => {
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

  it("puts experiments without the metric last, after those shown to be worse", () => {
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

  it("uses single values when there are no samples", () => {
    const measurements = [measured("a", { value: 30 }), measured("b", { value: 10 })];
    expect(order(["a", "b"], measurements)).toEqual(["b", "a"]);
  });

  describe("with a deciding metric", () => {
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

    it("does not decide when metrics contradict each other and none is named", () => {
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

    it("falls back on the other metrics when the deciding one shows no difference, and decides nothing", () => {
      const alike = [
        measured("a", { samples: around(10, 1) }),
        measured("b", { samples: around(10.01, 1) }),
        measured("a", { ...size, samples: around(900, 1) }),
        measured("b", { ...size, samples: around(100, 1) }),
      ];
      expect(decide({ metric: "checkout p50" }, alike)).toEqual(["b", false]);
    });

    it("puts experiments without the deciding metric last, whatever else they measured", () => {
      expect(decide({ metric: "checkout p50" }, measurements.slice(1))).toEqual(["b", false]);
    });
  });
});
