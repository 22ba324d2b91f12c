import { describe, expect, it } from "vitest";
import type { CaseStatus } from "../../../schemas/plan/report.ts";
import { findTestDifferences } from "../../../src/comparison/details/test-differences.ts";
import type { TagCases } from "../../../src/comparison/records/cases.ts";

/** Cases of an experiment: `{ adds: "passed" }`. */
function cases(
  experiment_slug: string,
  tag: string,
  results: Record<string, CaseStatus>,
  file = "cart.test.ts",
): TagCases {
  return {
    experiment_slug,
    tag,
    artifact: `/records/${experiment_slug}/${tag}.cases.json`,
    cases: Object.entries(results).map(([name, status]) => ({
      name,
      file,
      status,
      ...(status === "failed" && { failure: `${name} broke in ${experiment_slug}` }),
    })),
  };
}

describe("findTestDifferences", () => {
  it("lists tests that pass in some experiments and fail in others, with the failure and its artifact", () => {
    const { apart, failing_everywhere } = findTestDifferences([
      cases("a", "api", { adds: "failed", sums: "failed", pays: "passed" }),
      cases("b", "api", { adds: "passed", sums: "failed", pays: "passed" }),
    ]);
    expect(apart).toEqual([
      {
        tag: "api",
        name: "adds",
        file: "cart.test.ts",
        failed_in: ["a"],
        flaky_in: [],
        passed_in: ["b"],
        not_run_in: [],
        failures: [
          { experiment_slug: "a", failure: "adds broke in a", artifact: "/records/a/api.cases.json" },
        ],
      },
    ]);
    expect(failing_everywhere.map((each) => each.name)).toEqual(["sums"]);
  });

  it("treats a test as the same one in each experiment's own folder", () => {
    const { apart } = findTestDifferences([
      cases("a", "e2e", { rush: "failed" }, "designs/a/rush.test.ts"),
      cases("b", "e2e", { rush: "passed" }, "designs/b/rush.test.ts"),
      cases("c", "e2e", { rush: "passed" }, "designs/b/rush.test.ts"),
    ]);
    expect(apart).toMatchObject([
      {
        file: "designs/{experiment_slug}/rush.test.ts",
        failed_in: ["a"],
        passed_in: ["b"],
        not_run_in: ["c"],
      },
    ]);
  });

  it("keeps a shared test's name when an experiment has the name of its folder", () => {
    const { apart } = findTestDifferences([
      cases("api", "api", { adds: "failed" }, "tests/api/cart.test.ts"),
      cases("b", "api", { adds: "passed" }, "tests/api/cart.test.ts"),
    ]);
    expect(apart).toMatchObject([
      { file: "tests/api/cart.test.ts", failed_in: ["api"], passed_in: ["b"], not_run_in: [] },
    ]);
  });

  it("ignores an experiment that never ran the tag", () => {
    const { apart, failing_everywhere } = findTestDifferences([
      cases("a", "infra", { migrates: "failed" }),
      cases("b", "api", { adds: "passed" }),
    ]);
    expect(apart).toEqual([]);
    expect(failing_everywhere).toMatchObject([{ failed_in: ["a"], not_run_in: [] }]);
  });

  it("distinguishes experiments that skip or lack a test from those that pass it", () => {
    const { apart } = findTestDifferences([
      cases("a", "api", { adds: "failed" }),
      cases("b", "api", { adds: "skipped" }),
      cases("c", "api", { other: "passed" }),
      cases("d", "api", { adds: "flaky" }),
    ]);
    expect(apart).toMatchObject([{ failed_in: ["a"], not_run_in: ["b", "c"], flaky_in: ["d"] }]);
  });

  it("does not list a test as differing when several fail it and none passes", () => {
    const { apart, failing_everywhere } = findTestDifferences([
      cases("a", "api", { adds: "failed" }),
      cases("b", "api", { adds: "failed" }),
      cases("c", "api", { "cart.test.ts": "failed" }),
    ]);
    expect(failing_everywhere).toMatchObject([{ name: "adds", failed_in: ["a", "b"], not_run_in: ["c"] }]);
    expect(apart).toMatchObject([{ name: "cart.test.ts", failed_in: ["c"], not_run_in: ["a", "b"] }]);
  });

  it("lists a file as differing when two experiments cannot load it and a third can", () => {
    const { apart } = findTestDifferences([
      cases("a", "api", { "cart.test.ts": "failed" }),
      cases("b", "api", { "cart.test.ts": "failed" }),
      cases("c", "api", { adds: "passed" }),
    ]);
    expect(apart).toMatchObject([{ name: "cart.test.ts", failed_in: ["a", "b"], not_run_in: ["c"] }]);
  });

  it("lists a flaky test even if no experiment fails it", () => {
    const { apart, failing_everywhere } = findTestDifferences([
      cases("a", "api", { adds: "flaky" }),
      cases("b", "api", { adds: "passed" }),
    ]);
    expect(apart).toMatchObject([{ name: "adds", flaky_in: ["a"], failures: [{ experiment_slug: "a" }] }]);
    expect(failing_everywhere).toEqual([]);
  });

  it("takes the worst result of a name that occurs twice in a report", () => {
    const twice = cases("a", "api", { adds: "failed" });
    twice.cases.push({ name: "adds", file: "cart.test.ts", status: "passed" });
    expect(findTestDifferences([twice, cases("b", "api", { adds: "passed" })]).apart).toHaveLength(1);
  });

  it("keeps tests with the same name in two files apart", () => {
    const other = cases("b", "api", { adds: "passed" });
    other.cases = other.cases.map((each) => ({ ...each, file: "other.test.ts" }));
    const { apart } = findTestDifferences([cases("a", "api", { adds: "failed" }), other]);
    expect(apart).toMatchObject([{ failed_in: ["a"], passed_in: [], not_run_in: ["b"] }]);
  });

  it("sorts by the number of failing experiments, then by standard tag", () => {
    const { apart } = findTestDifferences([
      cases("a", "e2e", { x: "failed" }),
      cases("b", "e2e", { x: "passed" }),
      cases("a", "api", { y: "failed", z: "failed" }),
      cases("b", "api", { y: "passed", z: "failed" }),
      cases("c", "api", { y: "passed", z: "passed" }),
    ]);
    expect(apart.map((each) => each.name)).toEqual(["z", "y", "x"]);
  });
});
