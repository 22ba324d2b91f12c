import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { ReportCase } from "../../../schemas/plan/report.ts";
import { compareExperiments } from "../../../src/comparison/compare.ts";
import { cycleDirectory } from "../../../src/experiments/layout.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { recordCycle } from "../../support/records.ts";

const feature_id = "F1";

/** An experiment whose cycles ran two tests each at one commit; `sums` is given, `rest` passes. */
async function prepare(...sums: (ReportCase["status"] | ReportCase)[]) {
  const workspace = await temporaryFolder();
  const ref = { workspace, feature_id, experiment_slug: "a" };
  for (const [index, each] of sums.entries()) {
    const own = typeof each === "string" ? { name: "sums", status: each } : each;
    const cases: ReportCase[] = [own, { name: "rest", status: "passed" }];
    await recordCycle(ref, { cycle_id: `C${index + 1}`, tags: { api: { cases } } });
  }
  return {
    ref,
    /** @param ending appended to the path of the workspace */
    compare: async (ending = "") => {
      const details = { tests: true };
      const { rows, ...report } = await compareExperiments({
        workspace: workspace + ending,
        feature_id,
        details,
      });
      return { ...report, row: rows[0] };
    },
  };
}

it("remembers a flaky test after a passing cycle at the same commit, with its failure rate", async () => {
  const repeated = { name: "sums", status: "flaky", tally: { passed: 2, failed: 2 } } as const;
  const { compare } = await prepare(repeated, "passed");
  const { row, matrix, rationale, warnings, tests } = await compare();
  expect(row).toMatchObject({
    tests_passed: 1,
    tests_failed: 0,
    flaky: 1,
    flaky_tests: [{ tag: "api", name: "sums", passed: 3, failed: 2 }],
  });
  expect(matrix[0]?.cells.a).toEqual({ passed: 1, failed: 0 });
  expect(rationale).toContain("Only a (1 of 1 passed, 1 flaky: sums failed 2 of 5) wins");
  expect(warnings).toMatchObject([
    { kind: "tests-flaky", message: expect.stringContaining("api sums failed 2 of 5") },
  ]);
  expect(tests?.apart).toMatchObject([{ name: "sums", flaky_in: ["a"] }]);
});

it.each(["/", "/."])(
  "finds the lists of earlier cycles in a workspace given with %j at its end",
  async (ending) => {
    const { compare } = await prepare("failed", "passed");
    expect((await compare(ending)).row?.flaky_tests).toMatchObject([{ name: "sums", passed: 1, failed: 1 }]);
  },
);

it("makes an experiment with only flaky tests neither a winner nor a loser", async () => {
  const { compare, ref } = await prepare();
  for (const [cycle_id, status] of [
    ["C1", "failed"],
    ["C2", "passed"],
  ] as const)
    await recordCycle(ref, { cycle_id, tags: { api: { tests: { sums: status } } } });
  expect(await compare()).toMatchObject({
    recommendation: "continue",
    row: { signal: "failing", reason: "no test passed every time, 1 flaky" },
    next_action: { action: "stabilize", experiments: ["a"] },
  });
});

it("treats a test that failed in the last cycle but passed before as flaky", async () => {
  const { compare } = await prepare("passed", "failed");
  expect((await compare()).row).toMatchObject({
    signal: "winning",
    status: "failed",
    flaky: 1,
    tests_failed: 0,
  });
});

it("treats a test that failed in every cycle as failed", async () => {
  const { compare } = await prepare("failed", "failed", "failed");
  expect(await compare()).toMatchObject({
    recommendation: "abandon-all",
    row: { signal: "failing", tests_failed: 1 },
  });
});

it("does not believe a list of tests that the counts contradict", async () => {
  const { compare, ref } = await prepare("failed", "failed");
  const path = (cycle: string) => join(cycleDirectory(ref, cycle), "api.cases.json");
  const passing = JSON.stringify({
    tag: "api",
    cases: ["sums", "rest"].map((name) => ({ name, status: "passed" })),
  });
  for (const cycle of ["C1", "C2"]) {
    await writeFile(path(cycle), passing);
    expect((await compare()).row).toMatchObject({ signal: "failing", tests_failed: 1 });
  }
});

it("knows from the timeline that a test is flaky when its list is missing, as in a fresh clone", async () => {
  const { compare, ref } = await prepare("failed", "passed");
  for (const cycle of ["C1", "C2"]) {
    await rm(cycleDirectory(ref, cycle), { recursive: true });
    expect(await compare()).toMatchObject({
      row: { signal: "winning", flaky: 1, tests_passed: 1 },
      warnings: [{ kind: "tests-flaky", message: expect.stringContaining("a (1 test)") }],
    });
  }
});
