import { expect, it } from "vitest";
import { planSchema } from "../../schemas/plan/plan.ts";

const suites = { api: { command: ["true"], report: { format: "exit-code" } } };

it.each([
  [{ metric: "checkout p50" }, undefined],
  [{ metric: "checkout p50", tag: "api" }, undefined],
  [{ metric: "duration", tag: "api" }, undefined],
  [{ metric: "duration" }, ["decide_by", "tag"]],
  [{ metric: "checkout p50", tag: "e2e" }, ["decide_by", "tag"]],
  [{ tag: "api" }, ["decide_by", "metric"]],
  [{ metric: "checkout p50", unit: "ms" }, ["decide_by"]],
])("refuses a plan that decides by %j, and names %j", (decide_by, path) => {
  expect(planSchema.safeParse({ suites, decide_by }).error?.issues[0]?.path).toEqual(path);
});
