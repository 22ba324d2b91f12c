import { expect, test } from "vitest";
import type { JudgedExperiment } from "../../../src/comparison/records/rows.ts";
import { warnOfPlainDatabases } from "../../../src/comparison/warnings/record-warnings.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { type Kind, makeEvidence, makeRow } from "../verdict/kinds.ts";

function judge(index: number, plain_database: number | undefined, kind: Kind = "winning"): JudgedExperiment {
  const experiment_slug = `exp-${index}`;
  const branch = asBranchName(experiment_slug);
  return {
    records: {
      experiment: { workspace: "/w", feature_id: "F1", experiment_slug, branch },
      ...{ timeline: [], artifact_count: 0, artifacts: [] },
    },
    row: { ...makeRow(kind, index), evidence: makeEvidence({ state: "evidence", plain_database }) },
    outdated: new Map(),
  };
}

test("warns of suites that were connected to another Postgres than their branch", () => {
  const judged = [judge(0, 5432), judge(1, undefined), judge(2, 5433, "abandoned")];
  expect(warnOfPlainDatabases(judged)).toMatchObject([
    { kind: "database-not-own", message: expect.stringContaining("as was seen: exp-0 by api (port 5432).") },
  ]);
  expect(warnOfPlainDatabases(judged.slice(1))).toEqual([]);
});
