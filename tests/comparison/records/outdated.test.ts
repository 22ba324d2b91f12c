import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { planSchema } from "../../../schemas/plan/plan.ts";
import { compareExperiments } from "../../../src/comparison/compare.ts";
import { fingerprintSuite } from "../../../src/experiments/code/fingerprint.ts";
import { recordExperiment } from "../../../src/experiments/experiments.ts";
import { type ExperimentRef, planPath } from "../../../src/experiments/layout.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { recordAttempt, recordCycle } from "../../support/records.ts";

const feature_id = "F1";
const [older, newer] = ["0".repeat(40), "1".repeat(40)];

/** A feature whose plan has suites of one command each. */
async function planned(suites: Record<string, { command: string; required?: boolean }>) {
  const workspace = await temporaryFolder();
  const report = { format: "exit-code" };
  const plan = {
    suites: Object.fromEntries(
      Object.entries(suites).map(([tag, { command, ...more }]) => [
        tag,
        { command: [command], report, ...more },
      ]),
    ),
  };
  const path = planPath(workspace, feature_id);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify(plan));
  return {
    compare: () => compareExperiments({ workspace, feature_id }),
    ref: (experiment_slug: string): ExperimentRef => ({ workspace, feature_id, experiment_slug }),
  };
}

/** The fingerprint of a suite of such a plan. */
function suite(command: string): string {
  const report = { format: "exit-code" };
  const plan = planSchema.parse({ suites: { api: { command: [command], report } } });
  return plan.suites.api === undefined ? "" : fingerprintSuite(plan, plan.suites.api);
}

it("ignores passes and failures of a command that the plan has changed since, and names it", async () => {
  const { ref, compare } = await planned({ api: { command: "true" } });
  await recordCycle(ref("a"), { tags: { api: { failed: 1, suite: suite("false") } } });
  await recordCycle(ref("b"), { tags: { api: { passed: 1, suite: suite("true") } } });
  const { recommendation, rationale, rows, warnings, next_action } = await compare();
  expect(recommendation).toBe("continue");
  expect(rationale).toMatch(
    /^So far b \(1 of 1 passed\) leads\. a was not fully measured: api: counted by a suite that has changed/,
  );
  expect(rows[0]).toMatchObject({ signal: "no_evidence", by_tag: { api: { failed: 1 } } });
  expect(warnings).toMatchObject([
    { kind: "counts-outdated", message: expect.stringContaining("a: api was counted by") },
  ]);
  expect(next_action).toEqual({ action: "run", experiments: ["a"] });
});

it("ignores a pass at an older commit than the last cycle ran", async () => {
  const { ref, compare } = await planned({ api: { command: "x" }, e2e: { command: "y" } });
  const tags = { api: { passed: 1, suite: suite("x") }, e2e: { passed: 1, suite: suite("y") } };
  await recordCycle(ref("a"), { commit: older, tags });
  expect((await compare()).recommendation).toBe("promote");
  await recordCycle(ref("a"), { cycle_id: "C2", commit: newer, tags: { api: tags.api } });
  const { recommendation, rows, warnings } = await compare();
  expect(recommendation).toBe("continue");
  expect(rows[0]?.reason).toBe("e2e: counted at 0000000000, but its last cycle ran 1111111111");
  expect(warnings.map(({ kind }) => kind)).toEqual(["counts-outdated"]);
});

it("combines counts of several runs at the same commit", async () => {
  const { ref, compare } = await planned({ api: { command: "x" }, e2e: { command: "y" } });
  await recordCycle(ref("a"), { commit: newer, tags: { api: { passed: 1, suite: suite("x") } } });
  await recordCycle(ref("a"), {
    cycle_id: "C2",
    commit: newer,
    tags: { e2e: { passed: 1, suite: suite("y") } },
  });
  expect(await compare()).toMatchObject({ recommendation: "promote", warnings: [] });
});

it.each([
  ["was not committed", { commit: newer, dirty: true }],
  ["is in no repository", { commit: null, dirty: true }],
])("does not combine counts of two runs when the code %s", async (_what, code) => {
  const { ref, compare } = await planned({ api: { command: "x" }, e2e: { command: "y" } });
  await recordCycle(ref("a"), { ...code, tags: { api: { passed: 1, suite: suite("x") } } });
  await recordCycle(ref("a"), { cycle_id: "C2", ...code, tags: { e2e: { passed: 1, suite: suite("y") } } });
  const { recommendation, rows } = await compare();
  expect(recommendation).toBe("continue");
  expect(rows[0]?.reason).toBe("api: counted in C1, and uncommitted code may have changed since");
});

it("ignores a suite that the plan no longer has, even if it failed", async () => {
  const { ref, compare } = await planned({ api: { command: "x" } });
  await recordCycle(ref("a"), { tags: { api: { passed: 1, suite: suite("x") }, old: { failed: 1 } } });
  expect(await compare()).toMatchObject({
    recommendation: "promote",
    warnings: [{ kind: "counts-outdated" }],
  });
});

it("requires the same command of all experiments when there is no plan", async () => {
  const workspace = await temporaryFolder();
  for (const [experiment_slug, own] of [
    ["a", "one"],
    ["b", "other"],
  ] as const)
    await recordCycle(
      { workspace, feature_id, experiment_slug },
      { tags: { api: { passed: 1, suite: own } } },
    );
  const { recommendation, rows } = await compareExperiments({ workspace, feature_id });
  expect(recommendation).toBe("continue");
  expect(rows.map((row) => row.reason)).toEqual([
    "api: counted by another command than in other experiments",
    "api: counted by another command than in other experiments",
  ]);
});

it("accepts a record that does not say which suite was counted", async () => {
  const { ref, compare } = await planned({ api: { command: "x" } });
  await recordCycle(ref("a"), { tags: { api: { passed: 1, source: undefined } } });
  expect(await compare()).toMatchObject({ recommendation: "promote", warnings: [] });
});

it("requires every suite of the plan except those marked as not required", async () => {
  for (const required of [true, false]) {
    const { ref, compare } = await planned({ api: { command: "x" }, e2e: { command: "y", required } });
    await recordCycle(ref("a"), { tags: { api: { passed: 1, suite: suite("x") } } });
    expect((await compare()).recommendation).toBe(required ? "continue" : "promote");
  }
});

it("keeps earlier counts when the last run could not measure, and says so", async () => {
  const { ref, compare } = await planned({ api: { command: "x" } });
  const tags = { api: { passed: 1, suite: suite("x") } };
  for (const slug of ["a", "b"]) await recordCycle(ref(slug), { tags });
  await recordAttempt(ref("a"), "C2");
  const kept = await compare();
  expect(kept.recommendation).toBe("synthesize");
  expect(kept.rationale).toContain(
    "The last run could not measure a (not_authenticated); what was counted before is kept.",
  );
  expect(kept.rows[0]).toMatchObject({
    signal: "winning",
    last_attempt: { cycle_id: "C2", error: { hint: "Log in." } },
  });
  await recordCycle(ref("a"), { cycle_id: "C3", tags });
  expect((await compare()).rationale).not.toContain("could not measure");
});

it("continues while an experiment was never reached, and says why and what to do", async () => {
  const { ref, compare } = await planned({ api: { command: "x" } });
  await recordCycle(ref("a"), { tags: { api: { passed: 1, suite: suite("x") } } });
  await recordExperiment({ ...ref("b"), branch: asBranchName("b") });
  await recordAttempt(ref("b"), "C1");
  const { recommendation, rationale, rows, next_action } = await compare();
  expect(recommendation).toBe("continue");
  expect(rationale).toBe("So far a (1 of 1 passed) leads. b was not measured: not_authenticated.");
  expect(rows[1]).toMatchObject({ signal: "no_evidence", reason: "not_authenticated: There is no login." });
  expect(next_action).toEqual({ action: "resolve", experiments: ["b"], hint: "Log in." });
});
