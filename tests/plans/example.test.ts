import { expect, test } from "vitest";
import * as z from "zod";
import { metricsFileSchema } from "../../schemas/comparison/metric.ts";
import { kitBudget, kitPlan } from "../../schemas/plan/kit-plan.ts";
import { planSchema } from "../../schemas/plan/plan.ts";
import { makeExample } from "../../src/plans/example.ts";
import { findKeys } from "../../src/utils/schema-nodes.ts";

const { "plan.json": plan, "metrics.json": metrics } = makeExample();

test("the example contains a plan and metrics, in fewer than 1,500 bytes", () => {
  expect(planSchema.safeParse(plan).error).toBeUndefined();
  expect(metricsFileSchema.safeParse(metrics).error).toBeUndefined();
  expect(Buffer.byteLength(JSON.stringify(makeExample()))).toBeLessThan(1_500);
});

test("the example shows every key of a plan, of its parts, of a suite and of a report", () => {
  const example = z.record(z.string(), z.unknown()).parse(plan);
  const kits = { plan: [...Object.keys(kitPlan), "$schema"], part: Object.keys(kitBudget) };
  const shown = (value: unknown) => Object.keys(z.record(z.string(), z.unknown()).parse(value)).sort();
  const wanted = (path: string[]) =>
    findKeys(planSchema, path)
      .filter((key) => !kits[path.length === 0 ? "plan" : "part"].includes(key))
      .sort();
  expect(shown(example)).toEqual(wanted([]));
  // A part that is an object, or may be one, has all of its keys in one of its examples.
  for (const [key, value] of Object.entries(example)) {
    if (wanted([key]).length > 0 && !Array.isArray(value)) expect(shown(value)).toEqual(wanted([key]));
  }
  // A suite has a command, or is a ready one.
  const [suite, ...ready] = Object.values(z.record(z.string(), z.unknown()).parse(example.suites));
  expect([...new Set([suite, ...ready].flatMap(shown))].sort()).toEqual(wanted(["suites", "api"]));
  expect(shown(z.object({ report: z.unknown() }).parse(suite).report)).toEqual(
    wanted(["suites", "api", "report"]),
  );
});
