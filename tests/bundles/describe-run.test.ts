import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { bundleManifestSchema } from "../../schemas/bundle.ts";
import type { Evidence, TagEvidence } from "../../schemas/experiment/outcomes.ts";
import { describeMeasured, describeRun } from "../../src/bundles/describe-run.ts";
import { makeRequest, makeResult, makeRun } from "../support/journal.ts";
import { commit } from "../support/records.ts";

const run = makeRun({
  state: "finished",
  total_duration_ms: 1_500,
  results: [makeResult("exp-a", { duration_ms: 900 })],
});
const request = makeRequest({ tags: ["api", "e2e"], repeat: 3 });
const source = { run_id: run.run_id, cycle_id: "C1", commit, dirty: false, branch_uid: "br-1", suite: "s" };
const measured: TagEvidence = { state: "evidence", duration_ms: 5, source };

const evidence = (by_tag: Record<string, TagEvidence>, change: Partial<Evidence> = {}): Evidence => ({
  ...{
    run_id: run.run_id,
    cycle_id: "C1",
    branch: "f1-exp-a",
    branch_uid: "br-1",
    commit,
    dirty: false,
    by_tag,
  },
  ...change,
});

const findings = (own: Evidence, result = {}, by_tag = { api: { passed: 1, failed: 0 } }) =>
  describeMeasured(request, { status: "succeeded", by_tag }, own, result);

it("makes a manifest that its reader accepts", () => {
  const manifest = {
    ...describeRun(run, request),
    ...findings(evidence({ api: measured })),
    ...{ code_directory: "/shop", files: [] },
  };
  expect(bundleManifestSchema.parse(manifest)).toMatchObject({
    ...{
      feature_id: "F1",
      experiment_slug: "exp-a",
      run_id: run.run_id,
      cycle_id: "C1",
      tags: ["api", "e2e"],
    },
    ...{
      started_at: "2026-01-01T00:00:01.000Z",
      ended_at: "2026-01-01T00:00:02.500Z",
      duration_ms: 900,
      repeat: 3,
    },
    machine: hostname(),
  });
});

it("takes the run's own time if the experiment's is not known", () => {
  expect(describeRun({ ...run, results: [makeResult("exp-a")] }, request).duration_ms).toBe(1_500);
});

describe("the findings of a run", () => {
  it("are those of its own tags only, not what it found on record", () => {
    const other = { ...measured, source: { ...source, run_id: "run-0" } };
    const found = findings(evidence({ api: measured, e2e: other, infra: measured }));
    expect(Object.keys(found.by_tag)).toEqual(["api"]);
    expect(found.by_tag.api).toMatchObject({
      state: "evidence",
      outcome: { passed: 1, failed: 0 },
      duration_ms: 5,
    });
    expect(found.by_tag.api).not.toHaveProperty("source");
  });

  it("have no counts where there is no evidence, whatever counts are on record", () => {
    const own: TagEvidence = { state: "no_evidence", reason: "it took too long", code: "disk_full", source };
    const { api } = findings(evidence({ api: own })).by_tag;
    expect(api).toMatchObject({ state: "no_evidence", reason: "it took too long", code: "disk_full" });
    expect(api).not.toHaveProperty("outcome");
  });

  it("quote no login, and no text of any length", () => {
    const secret = "postgres://me:pa55word@host/db";
    const own: TagEvidence = { state: "no_evidence", reason: `${secret} ${"x".repeat(9_000)}` };
    const setup_failed = { reason: `it said ${secret}`, artifact: "setup/stderr.log" };
    const found = findings(evidence({ api: own }, { setup_failed }), {
      failed_first: { api: `at ${secret}` },
    });
    expect(JSON.stringify(found)).not.toContain("pa55word");
    expect(found.by_tag.api?.reason).toHaveLength(4_000);
    expect(found.setup_failed).toMatchObject({
      artifact: "setup/stderr.log",
      reason: expect.stringContaining("it said"),
    });
    expect(found.by_tag.api?.failed_first).toContain("at ");
  });

  it("say on which branch and code they were made, also if no uid is known", () => {
    expect(findings(evidence({}, { branch_uid: undefined, dirty: true, commit: null }))).toEqual({
      ...{ branch: "f1-exp-a", branch_uid: null, commit: null, dirty: true, by_tag: {} },
    });
  });
});
