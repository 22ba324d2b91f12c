import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { CaseStatus } from "../../../schemas/plan/report.ts";
import { cycleDirectory, type ExperimentRef } from "../../../src/experiments/layout.ts";
import { readEarlierCases, type SuiteRun } from "../../../src/experiments/outcomes/flakiness.ts";
import { mergeCases } from "../../../src/experiments/outcomes/merge-cases.ts";
import { setTagAside } from "../../../src/experiments/set-aside.ts";
import { readTimeline } from "../../../src/experiments/timeline/timeline.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { type CycleRecord, commit, nameRun, recordCycle } from "../../support/records.ts";

async function experiment(): Promise<ExperimentRef> {
  return { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "a" };
}

const cycle = (cycle_id: string, status: CaseStatus, more: CycleRecord = {}): CycleRecord => ({
  cycle_id,
  tags: { api: { tests: { sums: status } } },
  ...more,
});

const last: SuiteRun = { run_id: nameRun("C9"), commit, dirty: false, branch_uid: null, suite: "suite-api" };

/** How `sums` went over all cycles, where it passed in the last one. */
async function read(ref: ExperimentRef, run: Partial<SuiteRun> = {}, status: CaseStatus = "passed") {
  const earlier = await readEarlierCases(
    ref,
    await readTimeline(ref),
    "api",
    { ...last, ...run },
    status === "passed",
  );
  return mergeCases([...earlier, [{ name: "sums", status }]])[0];
}

it("counts how often a test failed over all cycles of a commit", async () => {
  const ref = await experiment();
  await recordCycle(ref, cycle("C1", "passed"));
  await recordCycle(ref, cycle("C2", "failed"));
  await recordCycle(ref, cycle("C3", "passed"));
  expect(await read(ref)).toMatchObject({ status: "flaky", tally: { passed: 3, failed: 1 } });
  expect(await read(ref, {}, "failed")).toMatchObject({ status: "flaky", tally: { passed: 2, failed: 2 } });
});

it("does not count the last run twice", async () => {
  const ref = await experiment();
  await recordCycle(ref, cycle("C1", "failed"));
  await recordCycle(ref, cycle("C9", "passed"));
  expect(await read(ref)).toMatchObject({ status: "flaky", tally: { passed: 1, failed: 1 } });
});

it.each<[string, CycleRecord, Partial<SuiteRun>]>([
  ["at another commit", { commit: "f".repeat(40) }, {}],
  ["of code that was not committed", { dirty: true }, {}],
  ["for code that is not committed", { dirty: true }, { dirty: true }],
  ["outside a repository", { commit: null }, { commit: null }],
  ["of another suite", { tags: { api: { tests: { sums: "failed" }, suite: "other" } } }, {}],
  ["of another tag", { tags: { e2e: { tests: { sums: "failed" } } } }, {}],
  ["that did not measure it", { tags: { api: { tests: { sums: "failed" }, state: "no_evidence" } } }, {}],
])("ignores a cycle %s", async (_what, more, run) => {
  const ref = await experiment();
  await recordCycle(ref, cycle("C1", "failed", more));
  expect(await read(ref, run)).toMatchObject({ status: "passed" });
});

it("takes flaky tests, but not failures, from an earlier branch of the same name", async () => {
  const ref = await experiment();
  await recordCycle(ref, cycle("C1", "failed", { branch_uid: "br-1" }));
  expect(await read(ref, { branch_uid: "br-2" })).toMatchObject({ status: "passed" });
  await recordCycle(ref, cycle("C2", "passed", { branch_uid: "br-1" }));
  expect(await read(ref, { branch_uid: "br-2" })).toMatchObject({ status: "flaky" });
});

it("includes an earlier run of the same cycle from the folder where it was set aside", async () => {
  const ref = await experiment();
  await recordCycle(ref, cycle("C1", "failed", { run_id: nameRun("C2") }));
  await setTagAside(ref, "C1", "api");
  await recordCycle(ref, cycle("C1", "passed", { run_id: nameRun("C3") }));
  expect(await read(ref)).toMatchObject({ status: "flaky", tally: { passed: 2, failed: 1 } });
});

it.each([
  ["says less than the timeline", JSON.stringify({ tag: "api", cases: [] })],
  [
    "turned a failure into a pass",
    JSON.stringify({ tag: "api", cases: [{ name: "sums", status: "passed" }] }),
  ],
  ["is not whole", '{"tag": "api"'],
])("does not believe a list of tests that %s", async (_what, text) => {
  const ref = await experiment();
  await recordCycle(ref, cycle("C1", "failed"));
  await writeFile(join(cycleDirectory(ref, "C1"), "api.cases.json"), text);
  expect(await read(ref, {}, "failed")).toMatchObject({ status: "failed" });
});
