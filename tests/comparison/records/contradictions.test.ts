import { cp, rm, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import type { ExperimentOutcomes } from "../../../schemas/experiment/outcomes.ts";
import type { Run } from "../../../schemas/run.ts";
import { compareExperiments } from "../../../src/comparison/compare.ts";
import { recordExperiment } from "../../../src/experiments/experiments.ts";
import { type ExperimentRef, experimentPaths, runJournalPath } from "../../../src/experiments/layout.ts";
import { readOutcomes, writeOutcomes } from "../../../src/experiments/outcomes/outcomes.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { nameRun, recordCycle } from "../../support/records.ts";

const feature_id = "F1";

/** An experiment that a run measured and that passed everything. */
async function measured(slug = "a", workspace?: string): Promise<ExperimentRef> {
  const ref = { workspace: workspace ?? (await temporaryFolder()), feature_id, experiment_slug: slug };
  await recordCycle(ref, { branch_uid: `br-${slug}`, tags: { api: { passed: 6 } } });
  return ref;
}

async function rewrite(ref: ExperimentRef, change: (outcomes: ExperimentOutcomes) => void): Promise<void> {
  const outcomes = await readOutcomes(ref);
  if (outcomes === undefined) throw new Error("no outcomes");
  change(outcomes);
  await writeOutcomes(ref, outcomes);
}

/** The run as its journal has it. */
function journal(slug: string, more: Partial<Run> = {}, by_tag = { api: { passed: 6, failed: 0 } }): Run {
  return {
    run_id: nameRun("C1"),
    feature_id,
    cycle_id: "C1",
    state: "finished",
    concurrency: 4,
    created_at: "2026-01-01T00:00:00Z",
    results: [{ experiment_slug: slug, status: "succeeded", by_tag }],
    peak_in_flight: 1,
    total_duration_ms: 1,
    budget: {
      concurrent_branches: 4,
      branches: 1,
      max_branches: 10,
      wall_clock_minutes: 30,
      minutes_left: 29,
    },
    ...more,
  };
}

async function compare(ref: ExperimentRef, ...runs: Run[]) {
  const knownRuns = {
    activeExperiments: [],
    isOver: async () => true,
    findRun: (id: string) => runs.find(({ run_id }) => run_id === id),
  };
  const { workspace } = ref;
  const { rows, recommendation, warnings } = await compareExperiments({ workspace, feature_id, knownRuns });
  const found = warnings.filter(({ kind }) => kind === "evidence-contradicted");
  return {
    recommendation,
    row: rows.find((row) => row.experiment_slug === ref.experiment_slug),
    warnings: found,
  };
}

it("believes evidence when all records agree, with or without the run's journal", async () => {
  const ref = await measured();
  for (const runs of [[], [journal("a")]])
    expect(await compare(ref, ...runs)).toMatchObject({ recommendation: "promote", warnings: [] });
});

it.each<[string, (outcomes: ExperimentOutcomes) => void, RegExp, keyof ReturnType<typeof experimentPaths>]>([
  [
    "a run id that no run has",
    ({ evidence }) => {
      if (evidence) evidence.run_id = "made-up";
    },
    /names made-up, which is not a run id/,
    "outcomes",
  ],
  [
    "another branch",
    ({ evidence }) => {
      if (evidence) evidence.branch = "some-other-branch";
    },
    /from branch some-other-branch, but its branch is a/,
    "outcomes",
  ],
  [
    "more passes than were counted",
    (outcomes) => {
      outcomes.by_tag = { api: { passed: 60, failed: 0 } };
    },
    /its timeline has no cycle C1 of run-\S+ with api with these counts/,
    "timeline",
  ],
  [
    "another commit than was measured",
    ({ evidence }) => {
      const source = evidence?.by_tag.api?.source;
      if (evidence === undefined || source === undefined) throw new Error("no source");
      evidence.commit = source.commit = "b".repeat(40);
    },
    /its timeline has no cycle C1 of run-\S+ with api with these counts and this commit/,
    "timeline",
  ],
  [
    "fewer flaky tests than were counted",
    ({ evidence }) => {
      if (evidence) evidence.by_tag = { api: { ...evidence.by_tag.api, state: "evidence", flaky: 2 } };
    },
    /its timeline has no cycle/,
    "timeline",
  ],
  [
    "a tag that no cycle counted",
    (outcomes) => {
      outcomes.by_tag = { ...outcomes.by_tag, e2e: { passed: 1, failed: 0 } };
      if (outcomes.evidence)
        outcomes.evidence.by_tag = { ...outcomes.evidence.by_tag, e2e: { state: "evidence" } };
    },
    /no cycle C1 of \S+ with e2e/,
    "timeline",
  ],
  [
    "a setup that failed in no cycle",
    ({ evidence }) => {
      if (evidence) {
        evidence.run_id = nameRun("C7");
        evidence.setup_failed = { reason: "x", artifact: "y" };
      }
    },
    /with a failed setup/,
    "timeline",
  ],
])("does not believe evidence with %s", async (_what, change, reason, record) => {
  const ref = await measured();
  await rewrite(ref, change);
  const { recommendation, row, warnings } = await compare(ref);
  expect(recommendation).toBe("continue");
  expect(row).toMatchObject({ signal: "no_evidence", evidence_state: "claimed" });
  expect(row?.reason).toMatch(reason);
  expect(warnings).toMatchObject([{ records: [experimentPaths(ref)[record]] }]);
  expect(warnings[0]?.message).toContain(experimentPaths(ref)[record]);
});

it.each<[string, Run]>([
  ["another experiment", journal("b")],
  ["another feature", journal("a", { feature_id: "F2" })],
  ["other counts", journal("a", {}, { api: { passed: 5, failed: 1 } })],
])("does not believe evidence when its run's journal is for %s", async (_what, run) => {
  const ref = await measured();
  const path = runJournalPath(ref.workspace, run.run_id);
  expect(await compare(ref, run)).toMatchObject({
    recommendation: "continue",
    row: { evidence_state: "claimed" },
    warnings: [{ records: [path] }],
  });
});

it("believes neither of two experiments on the same branch, as after copying a folder", async () => {
  const ref = await measured();
  const copy = { ...ref, experiment_slug: "b" };
  await cp(experimentPaths(ref).directory, experimentPaths(copy).directory, { recursive: true });
  for (const [each, other] of [
    [ref, "b"],
    [copy, "a"],
  ] as const)
    expect((await compare(each)).row).toMatchObject({
      evidence_state: "claimed",
      reason: `its branch a is also recorded for ${other}`,
    });
});

it("does not believe records copied over another experiment's", async () => {
  const ref = await measured();
  const other = await measured("b", ref.workspace);
  for (const name of ["outcomes", "timeline"] as const)
    await cp(experimentPaths(ref)[name], experimentPaths(other)[name]);
  expect(await compare(other)).toMatchObject({
    recommendation: "continue",
    row: { evidence_state: "claimed", reason: "its evidence is from branch a, but its branch is b" },
  });
});

it("does not believe a failure that was edited into the records", async () => {
  const ref = await measured();
  const other = await measured("b", ref.workspace);
  await rewrite(other, (outcomes) => {
    outcomes.by_tag = { api: { passed: 0, failed: 6 } };
  });
  expect(await compare(other)).toMatchObject({
    recommendation: "continue",
    row: { signal: "failing", evidence_state: "claimed" },
  });
});

it("does not believe evidence from a branch that was created again under the same name", async () => {
  const ref = await measured();
  const cut = {
    branch: "a",
    uid: "br-new",
    parent_branch: null,
    cut_at: "2026-01-02T00:00:00Z",
    expire_time: null,
  };
  await recordExperiment({ ...ref, branch: asBranchName("a") }, { cut });
  expect((await compare(ref)).row?.reason).toBe("its evidence is from an earlier branch named a");
});

it("does not believe evidence that the timeline lacks", async () => {
  const ref = await measured();
  await rm(experimentPaths(ref).timeline);
  expect((await compare(ref)).row).toMatchObject({ signal: "no_evidence", evidence_state: "claimed" });
});

it("treats a run that ended before its last record as unfinished, without a warning", async () => {
  const ref = await measured();
  await writeFile(experimentPaths(ref).timeline, JSON.stringify({ entries: [] }));
  const run = journal("a", { state: "interrupted" });
  expect(await compare(ref, run)).toMatchObject({
    recommendation: "continue",
    row: { signal: "no_evidence", reason: "its run ended before it was finished" },
    warnings: [],
  });
});

it("believes a run that finished the cycle of an interrupted run", async () => {
  const ref = await measured();
  await rewrite(ref, ({ evidence }) => {
    if (evidence === undefined) return;
    evidence.run_id = nameRun("C9");
    for (const { source } of Object.values(evidence.by_tag)) if (source) source.run_id = nameRun("C9");
  });
  const run = journal("a", { run_id: nameRun("C9"), resumes: nameRun("C1") });
  expect((await compare(ref)).row?.evidence_state).toBe("claimed");
  expect(await compare(ref, run)).toMatchObject({ recommendation: "promote", warnings: [] });
});
