import { expect, it } from "vitest";
import { compareMetrics } from "../../../src/comparison/details/metrics.ts";
import { describeDecision } from "../../../src/comparison/verdict/decision.ts";

const measured = (experiment_slug: string, tag: string, samples: number[]) => ({
  experiment_slug,
  tag,
  metric: { name: "p50", unit: "ms", better: "lower" as const, samples },
});

const around = (center: number) => Array.from({ length: 10 }, (_, n) => center + n / 10);

it("gives the medians, the interval and the result", () => {
  const metrics = compareMetrics([measured("a", "perf", around(10)), measured("b", "perf", around(20))]);
  expect(describeDecision({ metric: "p50" }, metrics)).toMatch(
    /^By perf: p50 in ms, lower is better: a 10\.45, best; b 20\.45, × 1\.957 \(simultaneous 95 %: 1\.\d+ to [12]\.\d+\), worse$/,
  );
});

it("says how many samples are missing", () => {
  const metrics = compareMetrics([measured("a", "perf", [1, 2]), measured("b", "perf", [3])]);
  expect(describeDecision({ metric: "p50" }, metrics)).toBe(
    "By perf: p50 in ms, lower is better: a 1.5, best, 3 more needed; b 3, × 2, too few samples, 4 more needed",
  );
});

it("counts experiments beyond four, and uses the most measured tag when none is named", () => {
  const many = Array.from({ length: 6 }, (_, n) => measured(`exp-${n}`, "perf", around(10 + n)));
  const metrics = compareMetrics([measured("a", "api", around(1)), ...many]);
  expect(describeDecision({ metric: "p50" }, metrics)).toMatch(/^By perf: .*exp-3 .*; and 2 more$/);
  expect(describeDecision({ metric: "p50", tag: "api" }, metrics)).toMatch(/^By api: .*: a 1\.45, best$/);
});

it("says that no experiment measured it", () => {
  expect(describeDecision({ metric: "p50" }, [])).toBe(
    "p50 is the deciding metric, but nothing has measured it",
  );
  expect(describeDecision({ metric: "duration", tag: "e2e" }, [])).toBe(
    "duration of e2e is the deciding metric, but nothing has measured it",
  );
});
