import { describe, expect, it } from "vitest";
import type { TagEvidence } from "../../../schemas/experiment/outcomes.ts";
import {
  warnOfDisturbed,
  warnOfSeveralMachines,
  warnOfUndecided,
} from "../../../src/comparison/warnings/metric-warnings.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";

const feature = { workspace: "/w", feature_id: "F1" };

function judged(experiment_slug: string, by_tag: Record<string, Partial<TagEvidence>>) {
  const evidence = Object.entries(by_tag).map(([tag, own]) => [tag, { state: "evidence" as const, ...own }]);
  const experiment = { ...feature, experiment_slug, branch: asBranchName(experiment_slug) };
  return {
    records: { experiment, timeline: [], artifact_count: 0, artifacts: [] },
    row: {
      experiment_slug,
      branch_id: experiment_slug,
      status: "succeeded" as const,
      signal: "winning" as const,
      evidence_state: "counted" as const,
      evidence: {
        run_id: "run-20260101T000000-01234567",
        cycle_id: "C1",
        branch: experiment_slug,
        commit: null,
        dirty: false,
        by_tag: Object.fromEntries(evidence),
      },
      cycle_count: 1,
      artifact_count: 0,
    },
    outdated: new Map<string, string>(),
  };
}

const measured = (experiment_slug: string, tag: string, unit?: string) => ({
  experiment_slug,
  tag,
  metric: { name: "p50", value: 1, better: "lower" as const, ...(unit !== undefined && { unit }) },
});

describe("warnOfDisturbed", () => {
  const beside = { perf: { alone: false } };

  it.each([
    "ms",
    "s",
    "µs",
    "seconds",
    "min",
    "req/s",
    "rows / sec",
    "rps",
    "requests per second",
    undefined,
  ])("warns of %s measured while other experiments ran", (unit) => {
    const found = warnOfDisturbed([judged("a", beside)], [measured("a", "perf", unit)]);
    expect(found).toMatchObject([
      {
        kind: "measured-beside-others",
        message: expect.stringMatching(/^perf: measured while .* quiet, or concurrency 1\.$/),
        records: ["/w/.tdd/experiments/F1/a/outcomes.json"],
      },
    ]);
  });

  it.each([
    ["queries, which no neighbour changes", beside, measured("a", "perf", "queries")],
    ["bytes", beside, measured("a", "perf", "bytes")],
    ["what was measured alone", { perf: { alone: true } }, measured("a", "perf", "ms")],
    ["records of earlier versions, which do not say", { perf: {} }, measured("a", "perf", "ms")],
    ["a tag that measured nothing", beside, measured("a", "api", "ms")],
    ["another experiment's", beside, measured("b", "perf", "ms")],
  ])("does not warn about %s", (_what, by_tag, measurement) => {
    expect(warnOfDisturbed([judged("a", by_tag)], [measurement])).toEqual([]);
  });
});

describe("warnOfSeveralMachines", () => {
  const on = (machine?: string) => {
    const run_id = "run-20260101T000000-01234567";
    const made = { run_id, cycle_id: "C1", commit: null, dirty: false, branch_uid: null, suite: "s" };
    return { perf: { source: { ...made, ...(machine !== undefined && { origin: { run_id, machine } }) } } };
  };
  const times = [measured("a", "perf", "ms"), measured("b", "perf", "ms")];

  it("warns about times from machines that may differ", () => {
    const found = warnOfSeveralMachines([judged("a", on("ci-1")), judged("b", on())], times);
    expect(found).toMatchObject([
      {
        kind: "measured-on-several-machines",
        message: expect.stringMatching(/: perf on ci-1, this machine\. Times compare/),
        records: ["/w/.tdd/experiments/F1/a/outcomes.json", "/w/.tdd/experiments/F1/b/outcomes.json"],
      },
    ]);
  });

  it("does not warn about a single machine or metrics that no machine affects", () => {
    expect(warnOfSeveralMachines([judged("a", on("ci-1")), judged("b", on("ci-1"))], times)).toEqual([]);
    const bytes = [measured("a", "perf", "bytes"), measured("b", "perf", "bytes")];
    expect(warnOfSeveralMachines([judged("a", on("ci-1")), judged("b", on())], bytes)).toEqual([]);
  });
});

describe("warnOfUndecided", () => {
  const plan = { planned: [], required: [], suites: new Map() };
  const all = [judged("a", { perf: {} })];

  it("warns when no experiment measured the deciding metric, and names the available ones", () => {
    const find = (measurements: ReturnType<typeof measured>[], tag?: string) =>
      warnOfUndecided(feature, all, measurements, { ...plan, decide_by: { metric: "p50", tag } });
    expect(find([])).toMatchObject([
      {
        kind: "decider-not-measured",
        message: "decide_by names p50, but no experiment measured it, nor any other metric.",
      },
    ]);
    expect(find([measured("a", "api")], "perf")[0]?.message).toMatch(/, only api: p50\.$/);
    expect(find([measured("a", "api")])).toEqual([]);
  });

  it("does not warn before the first run or without a deciding metric", () => {
    expect(warnOfUndecided(feature, [], [], { ...plan, decide_by: { metric: "p50" } })).toEqual([]);
    expect(warnOfUndecided(feature, all, [], plan)).toEqual([]);
  });
});
