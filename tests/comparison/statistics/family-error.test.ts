import { describe, expect, it } from "vitest";
import { measureFamilyError, measurePower } from "../../../bench/simulate-metrics.ts";
import { distributions, seededRandom } from "../../../bench/support/random.ts";
import { countNeededSamples } from "../../../src/comparison/statistics/family-error.ts";

describe("the error over all experiments compared by a metric", () => {
  it.each([2, 4, 16])("is at most one in twenty for %d identical designs", (designs) => {
    const random = seededRandom(designs);
    for (const draw of Object.values(distributions)) {
      expect(measureFamilyError(designs, 10, () => draw(random), 400)).toBeLessThanOrEqual(0.05);
    }
  });

  it("still lets a true difference be shown", () => {
    const random = seededRandom(1);
    const lognormal = () => distributions.lognormal(random);
    expect(measurePower(2, 30, lognormal, 200)).toBeGreaterThan(0.85);
    expect(measurePower(8, 30, lognormal, 200)).toBeGreaterThan(0.7);
  });
});

describe("countNeededSamples", () => {
  it.each([1, 2, 3, 4, 5, 8, 13, 14, 16, 100])(
    "is enough for %d experiments, and one fewer is not",
    (experiments) => {
      const random = seededRandom(experiments);
      const needed = countNeededSamples(experiments);
      const isShown = (samples: number) =>
        measurePower(Math.max(2, experiments), samples, () => 1 + random() / 10, 1, 10) === 1;
      expect([isShown(needed), isShown(needed - 1)]).toEqual([true, false]);
    },
  );
});
