import { expect, test } from "vitest";
import type { JudgedExperiment } from "../../../src/comparison/records/rows.ts";
import { warnOfUnlikeParents } from "../../../src/comparison/warnings/parent-warnings.ts";
import type { Fork } from "../../../src/experiments/experiments.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { type Kind, makeRow } from "../verdict/kinds.ts";

function judge(index: number, fork: Partial<Fork> | undefined, kind: Kind = "winning"): JudgedExperiment {
  const experiment_slug = `exp-${index}`;
  const branch = asBranchName(experiment_slug);
  const at = { parent_branch: "production", cut_at: "2026-01-02T03:00:00Z", ...fork };
  return {
    records: {
      experiment: { workspace: "/w", feature_id: "F1", experiment_slug, branch, fork: fork && at },
      ...{ timeline: [], artifact_count: 0, artifacts: [] },
    },
    row: makeRow(kind, index),
    outdated: new Map(),
  };
}

const later = { cut_at: "2026-01-02T03:40:00Z" };
const latest = { cut_at: "2026-01-02T04:20:00Z" };
const nextDay = { cut_at: "2026-01-03T03:00:00Z" };

test.each([
  [
    "of other parents",
    [judge(0, {}), judge(1, { parent_branch: "staging" }), judge(2, nextDay)],
    "different parents: exp-0, exp-2 from production, exp-1 from staging. Their data may differ",
  ],
  [
    "whose schema changed in between",
    [judge(0, { parent_schema: "a" }), judge(1, later), judge(2, { ...later, parent_schema: "b" })],
    "different states of production: exp-0 at 2026-01-02T03:00, exp-2 at 2026-01-02T03:40. Its schema changed in between",
  ],
  [
    "forked long after",
    [judge(0, {}), judge(1, nextDay), judge(2, later), judge(3, latest)],
    "different states of production: exp-0, exp-2, exp-3 at 2026-01-02T03:00, exp-1 at 2026-01-03T03:00. Its data may have changed in between",
  ],
])("warns of branches %s", (_what, judged, text) => {
  expect(warnOfUnlikeParents(judged)).toMatchObject([
    { kind: "unlike-parents", message: expect.stringContaining(text), records: expect.any(Array) },
  ]);
});

test.each([
  ["forked together", [judge(0, {}), judge(1, later), judge(2, latest)]],
  ["with the same schema", [judge(0, { parent_schema: "a" }), judge(1, { ...later, parent_schema: "a" })]],
  ["without a record", [judge(0, {}), judge(1, undefined)]],
  ["of which one was abandoned", [judge(0, {}), judge(1, nextDay, "abandoned")]],
  ["of which there are none", []],
])("does not warn of branches %s", (_what, judged) => {
  expect(warnOfUnlikeParents(judged)).toEqual([]);
});
