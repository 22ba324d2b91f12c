import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import type { TagEvidence, TagOutcome, TagSource } from "../../../schemas/experiment/outcomes.ts";
import { experimentPaths } from "../../../src/experiments/layout.ts";
import { appendTimeline, readTimeline } from "../../../src/experiments/timeline/timeline.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import type { CycleCounts } from "../../../src/runs/cycle/counts.ts";
import {
  closeCycle,
  hasFindings,
  mergeOutcomes,
  readPrevious,
  restoreCounts,
} from "../../../src/runs/cycle/record.ts";
import type { CycleIdentity } from "../../../src/runs/cycle/scope.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const commit = "c".repeat(40);
const names = { feature_id: "F1", experiment_slug: "exp-a", branch: asBranchName("f1-exp-a") };

function cycle(workspace = "/shop", change: Partial<CycleIdentity> = {}): CycleIdentity {
  return {
    ...{ runId: "run-2", cycleId: "C2", request: {}, experiment: { ...names, workspace } },
    ...{ tree: { commit, dirty: false }, branch: { uid: "br-1" } },
    ...change,
  };
}

const earlier = (change: Partial<TagSource> = {}): TagEvidence => ({
  state: "evidence",
  source: {
    run_id: "run-1",
    cycle_id: "C1",
    commit,
    dirty: false,
    branch_uid: "br-1",
    suite: "s",
    ...change,
  },
});

const earlierRecord = (by_tag: Record<string, TagEvidence>, counted: Record<string, TagOutcome>) => ({
  status: "succeeded" as const,
  by_tag: counted,
  evidence: { run_id: "run-1", cycle_id: "C1", branch: "f1-exp-a", commit, dirty: false, by_tag },
});

const one: TagOutcome = { passed: 1, failed: 0 };
const bad: TagOutcome = { passed: 0, failed: 1 };
const own: CycleCounts = { by_tag: { api: one }, evidence: { api: { state: "evidence" } } };
const options = { differences: {}, isRunning: false };

describe("the record of a cycle", () => {
  it("counts what it measured, and nothing that it did not", () => {
    const record = mergeOutcomes(cycle(), undefined, own, options);
    expect(record).toMatchObject({
      status: "succeeded",
      tests_passed: 1,
      tests_failed: 0,
      by_tag: { api: one },
    });
    expect(mergeOutcomes(cycle(), undefined, own, { ...options, isRunning: true }).status).toBe("running");
    expect(mergeOutcomes(cycle(), undefined, { by_tag: {}, evidence: {} }, options).status).toBe("failed");
  });

  it("keeps earlier counts of tags that it did not count, with their source", () => {
    const previous = earlierRecord({ e2e: earlier(), api: earlier() }, { e2e: bad, api: bad });
    const record = mergeOutcomes(cycle(), previous, own, options);
    expect(record).toMatchObject({ status: "failed", tests_passed: 1, tests_failed: 1 });
    expect(record.by_tag).toEqual({ api: one, e2e: bad });
    expect(record.evidence?.by_tag.e2e?.source?.run_id).toBe("run-1");
  });

  it("keeps earlier counts of other code on record, without adding them up", () => {
    const previous = earlierRecord({ e2e: earlier({ commit: "d".repeat(40) }) }, { e2e: bad });
    const record = mergeOutcomes(cycle(), previous, own, options);
    expect(record).toMatchObject({ status: "succeeded", tests_passed: 1, tests_failed: 0 });
    expect(record.by_tag).toHaveProperty("e2e", bad);
  });

  it.each<[string, TagEvidence]>([
    ["of another branch", earlier({ branch_uid: "br-0" })],
    ["without a source", { state: "evidence" }],
    ["that were none", { state: "no_evidence", reason: "x", source: earlier().source }],
  ])("drops earlier counts %s", (_which, evidence) => {
    const record = mergeOutcomes(cycle(), earlierRecord({ e2e: evidence }, { e2e: bad }), own, options);
    expect(record.by_tag).toEqual({ api: one });
    expect(record.evidence?.by_tag).not.toHaveProperty("e2e");
  });

  it.each<[string, TagEvidence, boolean]>([
    ["was interrupted", { state: "no_evidence", unfinished: true }, true],
    ["could not be run", { state: "no_evidence", code: "disk_full" }, true],
    ["wrote no report", { state: "no_evidence", reason: "its report is missing" }, false],
  ])("keeps a tag's earlier counts if its suite %s: %#", (_why, evidence, isKept) => {
    const counts = { by_tag: {}, evidence: { api: evidence } };
    const record = mergeOutcomes(cycle(), earlierRecord({ api: earlier() }, { api: one }), counts, options);
    expect(record.by_tag).toEqual(isKept ? { api: one } : {});
  });

  it("keeps earlier counts of a tag that is named like a property of every object", () => {
    const previous = earlierRecord({ constructor: earlier() }, { constructor: one });
    expect(mergeOutcomes(cycle(), previous, own, options).by_tag).toEqual({ api: one, constructor: one });
  });

  it("keeps fields of other writers, and none that describe an earlier cycle", () => {
    const previous = {
      ...earlierRecord({}, {}),
      ...{ theirs: 1, schema_diff_summary: "x", code_diff_lines: 3, code_diff: { added: 1, removed: 2 } },
      capped: { reason: "max_cycles" as const, at_cycle: 1, cap_value: 1 },
    };
    const record = mergeOutcomes(cycle(), previous, own, { ...options, differences: { code_diff_lines: 7 } });
    expect(record).toMatchObject({ theirs: 1, code_diff_lines: 7 });
    expect([record.schema_diff_summary, record.code_diff, record.capped]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

it.each<[string, CycleCounts, boolean]>([
  ["nothing", { by_tag: {}, evidence: {} }, false],
  ["counts", own, true],
  ["that a suite wrote no report", { by_tag: {}, evidence: { api: { state: "no_evidence" } } }, true],
  ["that the setup fails", { by_tag: {}, evidence: {}, setup_failed: { reason: "x", artifact: "y" } }, true],
  [
    "no more than trouble",
    { by_tag: {}, evidence: { api: { state: "no_evidence", code: "disk_full" } } },
    false,
  ],
  [
    "no more than its end",
    { by_tag: {}, evidence: { api: { state: "no_evidence", unfinished: true } } },
    false,
  ],
])("says whether a cycle found anything out: %s", (_what, counts, expected) => {
  expect(hasFindings(counts)).toBe(expected);
});

describe("finishing an interrupted cycle", () => {
  const resuming = cycle("/shop", { request: { resumes: "run-1" } });
  const previous = {
    ...earlierRecord(
      {
        api: { ...earlier(), duration_ms: 3 },
        e2e: { state: "no_evidence", unfinished: true },
      },
      { api: one },
    ),
  };

  it("takes over what the interrupted run counted, as its own", () => {
    expect(restoreCounts(resuming, previous)).toEqual({
      by_tag: { api: one },
      evidence: { api: { ...earlier({ run_id: "run-2", cycle_id: "C2" }), duration_ms: 3 } },
    });
  });

  it("still says which machine measured it", () => {
    const origin = { run_id: "run-9", machine: "vm", worker: "vm/7" };
    const restored = restoreCounts(resuming, earlierRecord({ api: earlier({ origin }) }, { api: one }));
    expect(restored.evidence.api?.source).toMatchObject({ run_id: "run-2", origin });
  });

  it.each<[string, CycleIdentity]>([
    ["no run is resumed", cycle()],
    ["another run is resumed", cycle("/shop", { request: { resumes: "run-0" } })],
    ["the code has another commit", { ...resuming, tree: { commit: "d".repeat(40), dirty: false } }],
    ["the code has changes now", { ...resuming, tree: { commit, dirty: true } }],
  ])("starts over if %s", (_why, scope) => {
    expect(restoreCounts(scope, previous)).toEqual({ by_tag: {}, evidence: {} });
  });

  it("starts over on a branch that was forked again, and without a record", () => {
    const evidence = { ...previous.evidence, branch_uid: "br-0" };
    expect(restoreCounts(resuming, { ...previous, evidence }).evidence).toEqual({});
    expect(restoreCounts(resuming, undefined).evidence).toEqual({});
  });
});

describe("closing a cycle", () => {
  const end = { status: "succeeded", duration_ms: 5 };
  const listCycles = async (workspace: string) =>
    (await readTimeline({ ...names, workspace })).map(({ kind, cycle_id, run_id }) => [
      kind,
      cycle_id,
      run_id,
    ]);

  it("appends it once, with its counts and what they belong to", async () => {
    const workspace = await temporaryFolder();
    const counts: CycleCounts = {
      by_tag: { api: one },
      evidence: {
        api: { ...earlier({ suite: "s-api" }), duration_ms: 4, flaky: 1 },
        e2e: { state: "no_evidence" },
      },
    };
    await closeCycle(cycle(workspace), counts, end);
    await closeCycle(cycle(workspace), counts, end);
    expect(await readTimeline({ ...names, workspace })).toEqual([
      {
        ...{ ts: expect.any(String), kind: "cycle", cycle_id: "C2", run_id: "run-2", status: "succeeded" },
        ...{
          by_tag: { api: one },
          flaky: { api: 1 },
          duration_ms: 5,
          commit,
          dirty: false,
          branch_uid: "br-1",
        },
        ...{ suites: { api: "s-api" }, durations: { api: 4 } },
      },
    ]);
  });

  it("does not append it again if the run that this one finishes did", async () => {
    const workspace = await temporaryFolder();
    await closeCycle(cycle(workspace, { runId: "run-1" }), own, end);
    await closeCycle(cycle(workspace, { request: { resumes: "run-1" } }), own, end);
    expect(await listCycles(workspace)).toEqual([["cycle", "C2", "run-1"]]);
  });

  it("appends it next to an attempt, and to the same cycle of others, which name no run", async () => {
    const workspace = await temporaryFolder();
    const ref = { ...names, workspace };
    await appendTimeline(ref, { ts: "2026-01-01T00:00:00Z", kind: "cycle", cycle_id: "C2" });
    await appendTimeline(ref, {
      ts: "2026-01-01T00:00:00Z",
      kind: "attempt",
      cycle_id: "C2",
      run_id: "run-2",
    });
    await closeCycle(cycle(workspace), own, end);
    expect(await listCycles(workspace)).toEqual([
      ["cycle", "C2", undefined],
      ["attempt", "C2", "run-2"],
      ["cycle", "C2", "run-2"],
    ]);
  });
});

it("sets an unreadable record aside, and goes on without one", async () => {
  const experiment = { ...names, workspace: await temporaryFolder() };
  const { outcomes, directory } = experimentPaths(experiment);
  await mkdir(dirname(outcomes), { recursive: true });
  await writeFile(outcomes, '{"status":');
  expect(await readPrevious({ experiment })).toBeUndefined();
  expect(await readdir(directory)).toEqual([expect.stringMatching(/^outcomes\.\d{8}T\d{9}Z\.json$/)]);
  expect(await readPrevious({ experiment })).toBeUndefined();
});
