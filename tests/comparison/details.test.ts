import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import type { SchemaDifference } from "../../schemas/comparison/schema-change.ts";
import type { ReportCase } from "../../schemas/plan/report.ts";
import { compareExperiments } from "../../src/comparison/compare.ts";
import { presentComparison } from "../../src/comparison/views/present.ts";
import { readOutcomes, writeOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { recordCycle } from "../support/records.ts";

const feature_id = "F1";

/** Two experiments as runs leave them: `a` passes, `b` fails a test; both measure, both change one table. */
async function prepare() {
  const workspace = await temporaryFolder();
  const put = async (path: string, content: unknown) => {
    const file = join(workspace, ".tdd/experiments", feature_id, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(content));
  };
  for (const [slug, failed, speed] of [
    ["a", 0, 10],
    ["b", 1, 20],
  ] as const) {
    const ref = { workspace, feature_id, experiment_slug: slug };
    const sums: ReportCase = {
      name: "sums",
      file: "cart.test.ts",
      status: failed === 0 ? "passed" : "failed",
      failure: "off by one",
    };
    const older = { ...sums, name: "of an older cycle" };
    await recordCycle(ref, { cycle_id: "C1", commit: "0".repeat(40), tags: { api: { cases: [older] } } });
    await recordCycle(ref, { cycle_id: "C2", tags: { api: { cases: [sums] } } });
    const outcomes = await readOutcomes(ref);
    if (outcomes !== undefined)
      await writeOutcomes(ref, { ...outcomes, schema_diff_summary: "+column public.orders.total" });
    const samples = Array.from({ length: 10 }, (_, n) => speed + n / 10);
    await put(`${slug}/artifacts/C2/api/metrics.json`, [
      { name: "p50", samples, unit: "ms", better: "lower" },
    ]);
    const difference: SchemaDifference = {
      from_branch: "production",
      to_branch: slug,
      changes: [
        {
          change: "added",
          kind: "column",
          object: "public.orders.total",
          aspects: { type: { from: null, to: slug === "a" ? "integer" : "numeric" } },
        },
      ],
    };
    await put(`${slug}/artifacts/C2/schema-diff.json`, difference);
  }
  return { workspace, put };
}

it("reads tests, metrics and schema changes of the cycle that counts", async () => {
  const { workspace } = await prepare();
  const details = { tests: true, schema: true };
  const report = await compareExperiments({ workspace, feature_id, details });
  expect(report.tests?.apart).toMatchObject([
    {
      name: "sums",
      failed_in: ["b"],
      passed_in: ["a"],
      failures: [
        {
          failure: "off by one",
          artifact: join(workspace, ".tdd/experiments/F1/b/artifacts/C2/api.cases.json"),
        },
      ],
    },
  ]);
  expect(report.metrics).toMatchObject([
    {
      tag: "api",
      name: "p50",
      measured: [{ experiment_slug: "a" }, { experiment_slug: "b", verdict: "worse" }],
    },
  ]);
  expect(report.schema?.collisions).toEqual([
    { kind: "column", object: "public.orders.total", experiments: ["a", "b"] },
  ]);
  expect(report.rows.every((row) => (row.branch_age_ms ?? -1) >= 0)).toBe(true);
});

it("continues when a details file is broken", async () => {
  const { workspace, put } = await prepare();
  await put("b/artifacts/C2/api.cases.json", { tag: "api", cases: "many" });
  await put("b/artifacts/C2/api/metrics.json", [{ name: "p50" }]);
  await put("b/artifacts/C2/schema-diff.json", null);
  const details = { tests: true, schema: true };
  const report = await compareExperiments({ workspace, feature_id, details });
  expect(report.recommendation).toBe("promote");
  expect(report.tests?.apart).toEqual([]);
  expect(report.schema?.differences.map((each) => each.experiment_slug)).toEqual(["a"]);
  const inB = (name: string) => join(workspace, ".tdd/experiments/F1/b/artifacts/C2", name);
  expect(report.warnings).toMatchObject([
    {
      kind: "details-unreadable",
      message: expect.stringContaining(
        `${inB("api.cases.json")}: cases: expected an array, got a string; and 1 more.`,
      ),
      records: [inB("api.cases.json"), inB("schema-diff.json")],
    },
    {
      kind: "metrics-unreadable",
      message: expect.stringContaining(`${inB("api/metrics.json")}: metrics.0.better: `),
      records: [inB("api/metrics.json")],
    },
  ]);
});

it("ignores what an earlier run of the cycle left behind", async () => {
  const { workspace, put } = await prepare();
  await put("b/artifacts/C2/e2e.cases.json", { tag: "e2e", cases: [{ name: "old", status: "failed" }] });
  await put("b/artifacts/C2/e2e/metrics.json", [{ name: "old", value: 1, better: "lower" }]);
  const report = await compareExperiments({ workspace, feature_id, details: { tests: true } });
  expect(report.tests?.apart.map((each) => each.name)).toEqual(["sums"]);
  expect(report.metrics.map((each) => each.name)).toEqual(["p50"]);
});

it("names the artifact with the full report if it exists", async () => {
  const { workspace, put } = await prepare();
  const failing = { tag: "api", details: "api/junit.xml", cases: [{ name: "sums", status: "failed" }] };
  await put("b/artifacts/C2/api.cases.json", failing);
  const artifact = async () => {
    const { tests } = await compareExperiments({ workspace, feature_id, details: { tests: true } });
    return tests?.apart.find((each) => each.failed_in.includes("b"))?.failures[0]?.artifact;
  };
  expect(await artifact()).toMatch(/\/b\/artifacts\/C2\/api\.cases\.json$/);
  await put("b/artifacts/C2/api/junit.xml", "");
  expect(await artifact()).toMatch(/\/b\/artifacts\/C2\/api\/junit\.xml$/);
});

it("never makes a winner of a failing experiment because of a metric", async () => {
  const { workspace, put } = await prepare();
  await put("b/artifacts/C2/api/metrics.json", [
    { name: "p50", samples: [1, 1, 1, 1, 1], better: "lower", unit: "ms" },
  ]);
  const { metrics, winners } = await compareExperiments({ workspace, feature_id });
  expect(metrics[0]?.measured[0]).toMatchObject({ experiment_slug: "b", verdict: "best" });
  expect(winners).toEqual(["a"]);
});

it("prints a table on a terminal and JSON elsewhere", async () => {
  const { workspace } = await prepare();
  const input = { workspace, feature_id };
  expect(await presentComparison(input, undefined, { isTTY: true })).toMatch(/^ +a +b\napi +1\/0 +0\/1\n/);
  expect(JSON.parse(await presentComparison(input, undefined, {}))).toMatchObject({
    recommendation: "promote",
  });
  expect(await presentComparison(input, "csv", {})).toMatch(/^experiment_slug,/);
  expect(await presentComparison(input, "markdown", {})).toMatch(/^# Comparison of F1\n/);
  await expect(presentComparison(input, "pdf", {})).rejects.toMatchObject({ code: "invalid_input" });
});

it("writes the page beside the experiments, with links to their artifacts", async () => {
  const { workspace } = await prepare();
  const path = await presentComparison({ workspace, feature_id }, "html", {});
  expect(path).toBe(join(workspace, ".tdd/experiments/F1/comparison.html"));
  expect(await readFile(path, "utf8")).toContain('<a href="./a/artifacts/C2/api/metrics.json">');
  expect((await compareExperiments({ workspace, feature_id })).rows).toHaveLength(2);
});
