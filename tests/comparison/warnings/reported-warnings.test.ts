import { describe, expect, test } from "vitest";
import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import type { TagEvidence } from "../../../schemas/experiment/outcomes.ts";
import type { JudgedExperiment } from "../../../src/comparison/records/rows.ts";
import {
  warnOfOtherReports,
  warnOfUnmeasuredReports,
} from "../../../src/comparison/warnings/reported-warnings.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { makeEvidence, makeRow } from "../verdict/kinds.ts";

type Counts = [passed: number, failed: number];

/** An experiment for which somebody reported some tags, and a run measured `api` perhaps. */
function judge(
  index: number,
  said: Record<string, Counts>,
  { api, failed = 0, ...more }: Partial<ExperimentRow> & { api?: TagEvidence; failed?: number } = {},
): JudgedExperiment {
  const experiment_slug = `exp-${index}`;
  const branch = asBranchName(experiment_slug);
  const reported = Object.entries(said).map(([tag, [passed, red]]) => [
    tag,
    { passed, failed: red, commit: null, reported_at: "2026-01-02T03:04:05.000Z" },
  ]);
  return {
    records: {
      experiment: { workspace: "/w", feature_id: "F1", experiment_slug, branch },
      ...{ timeline: [], artifact_count: 0, artifacts: [] },
    },
    row: {
      ...makeRow("winning", index),
      reported: Object.fromEntries(reported),
      ...(api && { evidence: makeEvidence(api), by_tag: { api: { passed: 3, failed } } }),
      ...more,
    },
    outdated: new Map(),
  };
}

const measured: TagEvidence = { state: "evidence" };
const say = (warnings: { message: string }[]) => warnings.map(({ message }) => message);

describe("a report of a suite that no run measured", () => {
  test.each<[string, JudgedExperiment[], string[], string]>([
    ["of the plan", [judge(0, { api: [5, 0] })], ["api"], "exp-0 (api 5/0). Run it to have it measured."],
    [
      "that the plan lacks",
      [judge(0, { load: [5, 1], api: [2, 0] })],
      ["api"],
      "exp-0 (load 5/1, api 2/0). Add a suite for load to plan.json and run it to have it measured.",
    ],
    [
      "that ran without evidence",
      [judge(0, { api: [5, 0] }, { api: { state: "no_evidence" } })],
      ["api"],
      "exp-0 (api 5/0). Run it to have it measured.",
    ],
    [
      "of several experiments",
      [judge(0, { load: [1, 0] }), judge(1, { soak: [0, 2] })],
      [],
      "exp-0 (load 1/0), exp-1 (soak 0/2). Add a suite for load, soak to plan.json and run it to have it measured.",
    ],
  ])("%s is named", (_what, judged, planned, text) => {
    const found = warnOfUnmeasuredReports(judged, planned);
    expect(say(found)).toEqual([`Reported but not measured, so it decides nothing: ${text}`]);
    expect(found[0]?.records).toEqual(
      judged.map(({ row }) => `/w/.tdd/experiments/F1/${row.experiment_slug}/reported.json`),
    );
  });

  test.each<[string, JudgedExperiment[]]>([
    ["was measured", [judge(0, { api: [5, 0] }, { api: measured })]],
    ["is of an abandoned experiment", [judge(0, { api: [5, 0] }, { signal: "abandoned" })]],
    ["is not there", [judge(0, {})]],
  ])("is no matter if it %s", (_what, judged) => {
    expect(warnOfUnmeasuredReports(judged, ["api"])).toEqual([]);
  });
});

describe("a report of failures", () => {
  test("in a suite in which a run measured none is named", () => {
    const judged = [
      judge(0, { api: [5, 2] }, { api: measured }),
      judge(1, { api: [5, 0] }, { api: measured }),
    ];
    expect(say(warnOfOtherReports(judged))).toEqual([
      "Reported as failing elsewhere, although no failure was measured: exp-0 (api 2). The measurement decides; find out what differs.",
    ]);
  });

  test.each<[string, JudgedExperiment]>([
    ["failed when it was measured", judge(0, { api: [5, 2] }, { api: measured, failed: 1 })],
    ["was not measured", judge(0, { api: [5, 2] }, { api: { state: "no_evidence" } })],
    ["is another suite", judge(0, { load: [5, 2] }, { api: measured })],
    ["is of an abandoned experiment", judge(0, { api: [5, 2] }, { api: measured, signal: "abandoned" })],
  ])("is no matter if it %s", (_what, judged) => {
    expect(warnOfOtherReports([judged])).toEqual([]);
  });
});
