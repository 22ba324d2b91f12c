import { expect, it } from "vitest";
import { describeMeasured } from "../../../src/comparison/details/metric-text.ts";

const measured = { experiment_slug: "a", samples: 3, median: 12 };

it.each([
  [{ verdict: "best" as const }, "best"],
  [{ verdict: "best" as const, missing_samples: 2 }, "best, 2 more needed"],
  [
    { verdict: "too_few_samples" as const, ratio: 1.25, missing_samples: 3 },
    "× 1.25, too few samples, 3 more needed",
  ],
  [
    { verdict: "no_difference_shown" as const, ratio: 1.25, interval: { low: 0.98, high: 1.412345 } },
    "× 1.25 (simultaneous 95 %: 0.98 to 1.412), no difference shown",
  ],
  [
    { verdict: "worse" as const, ratio: 1.0003, interval: { low: 1.00004, high: 1.001 } },
    "× 1.0003 (simultaneous 95 %: 1.00004 to 1.001), worse",
  ],
  [
    { verdict: "worse" as const, ratio: 1, interval: { low: 1 - 2 ** -53, high: 1 } },
    "× 1 (simultaneous 95 %: 0.9999999999999999 to 1), worse",
  ],
])("describes %j", (part, text) => {
  expect(describeMeasured({ ...measured, ...part })).toBe(text);
});
